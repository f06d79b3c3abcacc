package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.CheckpointConfig;
import dev.flinkreranker.runtime.tokenization.PairFormat;
import java.util.Optional;

/**
 * The prompt that a folder of Sentence Transformers puts before every query, which its {@code
 * default_prompt_name} names. It is the query instruction of a tenant that has none.
 */
final class DeclaredPrompt {

    private static final String NAME = "default_prompt_name";
    private static final String PROMPTS = "prompts";

    private DeclaredPrompt() {}

    /**
     * The prompt; empty if there is none.
     *
     * @throws dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException if the name is that
     *     of no prompt, or if the model takes none
     */
    static Optional<String> of(Checkpoint checkpoint, PairFormat format) {
        CheckpointConfig declared = checkpoint.declaration();
        Optional<String> prompt = of(checkpoint);
        if (prompt.isEmpty()) {
            return prompt;
        }
        if (format != PairFormat.CROSS_ENCODER && format != PairFormat.QWEN3_CHAT) {
            throw declared.invalid(
                    NAME,
                    "is \"%s\", but this model has words of its own before a query"
                            .formatted(declared.text(NAME)));
        }
        return prompt;
    }

    /**
     * The same, whatever the model is asked in.
     *
     * @throws dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException if the name is that
     *     of no prompt
     */
    static Optional<String> of(Checkpoint checkpoint) {
        CheckpointConfig declared = checkpoint.declaration();
        return declared.has(NAME)
                ? Optional.of(declared.object(PROMPTS).text(declared.text(NAME)))
                        .filter(prompt -> !prompt.isEmpty())
                : Optional.empty();
    }
}
