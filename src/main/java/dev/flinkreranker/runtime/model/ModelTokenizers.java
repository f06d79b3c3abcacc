package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import dev.flinkreranker.runtime.tokenization.DeclaredTemplates;
import dev.flinkreranker.runtime.tokenization.PairTokenizers;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizerFile;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tokenizer of a model, read when it is first asked for: whoever brings token ids of their own
 * needs none.
 */
final class ModelTokenizers implements AutoCloseable {

    private final Checkpoint checkpoint;
    private final Path directory;
    private final ModelDescriptor descriptor;
    private @Nullable TokenizerFile file;
    private @Nullable PairTokenizers tokenizers;
    private @Nullable String instruction;
    private boolean closed;

    ModelTokenizers(Checkpoint checkpoint, ModelDescriptor descriptor) {
        this.checkpoint = checkpoint;
        this.directory = checkpoint.tokenizerDirectory();
        this.descriptor = descriptor;
    }

    /**
     * The model's tokenizers.
     *
     * @throws InvalidCheckpointException if {@code tokenizer.json} is missing or broken, or has
     *     tokens or token types that the model has no embedding for; or if the folder declares
     *     other words around a pair
     */
    synchronized PairTokenizers get() {
        checkOpen();
        if (tokenizers == null) {
            TokenizerFile opened = file();
            checkTables(opened);
            instruction = DeclaredPrompt.of(checkpoint, descriptor.pairFormat()).orElse(null);
            if (!(descriptor instanceof DecoderDescriptor)) {
                // A decoder's words were read with it.
                DeclaredTemplates.format(
                        directory,
                        checkpoint.baseDirectory(),
                        List.of(descriptor.pairFormat()),
                        instruction,
                        false);
            }
            tokenizers =
                    new PairTokenizers(opened, descriptor.pairFormat(), descriptor.maxTokens());
        }
        return tokenizers;
    }

    /**
     * The file alone, unchecked against the model; it is open until this is closed.
     *
     * @throws InvalidCheckpointException if {@code tokenizer.json} is missing or broken
     */
    synchronized TokenizerFile file() {
        checkOpen();
        if (file == null) {
            file = TokenizerFile.open(directory, checkpoint.baseDirectory());
        }
        return file;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the reranker is closed");
        }
    }

    /** Settings with the folder's instruction, if they have none. */
    synchronized TokenizationSettings completed(TokenizationSettings settings) {
        get();
        return settings.queryInstruction() == null && instruction != null
                ? settings.withQueryInstruction(instruction)
                : settings;
    }

    private void checkTables(TokenizerFile opened) {
        if (opened.modelVocabularySize() > descriptor.vocabularySize()) {
            throw new InvalidCheckpointException(
                    ("%s: has token ids up to %d, but the model's embedding has %d rows; it is the"
                                    + " tokenizer of another model")
                            .formatted(
                                    directory.resolve("tokenizer.json"),
                                    opened.modelVocabularySize() - 1,
                                    descriptor.vocabularySize()));
        }
        if (opened.tokenTypes() > descriptor.tokenTypes()) {
            throw new InvalidCheckpointException(
                    ("%s: its pairs have %d token types, but the model's table has %d"
                                    + " (type_vocab_size in config.json)")
                            .formatted(
                                    directory.resolve("tokenizer.json"),
                                    opened.tokenTypes(),
                                    descriptor.tokenTypes()));
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (file != null) {
            file.close();
        }
    }
}
