package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.CheckpointConfig;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import dev.flinkreranker.runtime.program.ExecutionPlan;
import dev.flinkreranker.runtime.program.WeightLayout;
import dev.flinkreranker.runtime.tokenization.PairFormat;
import dev.flinkreranker.runtime.tokenization.PairTokenizers;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a checkpoint's configuration says about its model: sizes, depths, weights, costs. */
public sealed interface ModelDescriptor
        permits EncoderDescriptor, DenseDescriptor, ModernBertDescriptor, DecoderDescriptor {

    /**
     * Reads the descriptor of a checkpoint.
     *
     * @throws InvalidCheckpointException if the architecture is not supported or a field is missing
     *     or wrong
     */
    static ModelDescriptor of(Checkpoint checkpoint) {
        CheckpointConfig config = checkpoint.config();
        Optional<DecoderArchitecture> decoder = DecoderArchitecture.of(config);
        if (decoder.isPresent()) {
            return DecoderDescriptor.of(decoder.get(), checkpoint);
        }
        Optional<EncoderFamily> encoder = EncoderFamily.of(config);
        if (encoder.isPresent()) {
            return DenseDescriptor.isDeclaredBy(checkpoint)
                    ? DenseDescriptor.of(encoder.get(), checkpoint)
                    : EncoderDescriptor.of(encoder.get(), checkpoint);
        }
        if (config.text("model_type", "").equals(ModernBertDescriptor.MODEL_TYPE)) {
            return ModernBertDescriptor.of(checkpoint);
        }
        throw config.invalid(
                "model_type",
                "is \"%s\" of %s; supported are bert, roberta, xlm-roberta and modernbert cross-encoders, and %s"
                        .formatted(
                                config.text("model_type", "absent"),
                                config.texts("architectures"),
                                Arrays.stream(DecoderArchitecture.values())
                                        .flatMap(DecoderArchitecture::classNames)
                                        .collect(Collectors.joining(", "))));
    }

    /**
     * Reads the descriptor of a checkpoint directory: its configuration and the headers of its
     * weights, nothing more.
     *
     * @throws InvalidCheckpointException if the directory cannot be read, or what it holds is not
     *     supported, incomplete or wrong
     */
    static ModelDescriptor read(Path directory) {
        return read(directory, null);
    }

    /**
     * Reads the descriptor of an adapter on a base.
     *
     * @param base as of {@link Checkpoint#open(Path, Path)}
     * @throws InvalidCheckpointException as {@link #read(Path)}
     */
    static ModelDescriptor read(Path directory, @Nullable Path base) {
        Checkpoint checkpoint = Checkpoint.open(directory, base);
        ModelDescriptor descriptor = of(checkpoint);
        descriptor.weights().all().forEach(spec -> spec.in(checkpoint));
        return descriptor;
    }

    /** The architecture's name for people, for example {@code XLM-RoBERTa}. */
    String family();

    /** Transformer layers. */
    int layers();

    /** Width of the residual stream. */
    int hiddenSize();

    /** Attention heads of a layer (query heads, where keys have fewer). */
    int attentionHeads();

    /** Width of the feed-forward part. */
    int intermediateSize();

    /** Rows of the embedding table; a tokenizer's ids must lie below. */
    int vocabularySize();

    /** Rows of the table of token types; 1 where there is none, as all tokens are of type 0. */
    default int tokenTypes() {
        return 1;
    }

    /** The most tokens that a pair may have. */
    int maxTokens();

    /** Whether the model has positions for all tokens of a pair. */
    default boolean takes(TokenizedPair pair) {
        return pair.length() >= 1 && pair.length() <= maxTokens();
    }

    /** In which words the model wants to be asked about a pair. */
    PairFormat pairFormat();

    /** Whether its states stay within float16's range. */
    default boolean fitsFloat16() {
        return true;
    }

    /** Layers whose state can be scored, ascending; the last is the whole model. */
    List<Integer> cutoffLayers();

    /** In words, what its score is made of; for people. */
    String formula();

    /** The weights that its program takes, in the program's order. */
    WeightLayout weights();

    /** Number of weights. */
    default long parameters() {
        return weights().parameters();
    }

    /**
     * What stands against scoring with these settings, one exact line for each objection. It begins
     * with the field as configurations name it: {@code cutoff_layers 9: …}. Unless a model says
     * otherwise, it neither compresses tokens nor caps attention.
     *
     * @return empty if the model can do it
     */
    default List<String> check(ScoringSettings settings) {
        return new SettingsCheck(this, settings)
                .cutoffsAmong(cutoffLayers())
                .noCompression()
                .noSoftcap()
                .objections();
    }

    /**
     * What stands against making pairs with these settings, as far as that shows without the
     * model's tokenizer; lines as of {@link #check(ScoringSettings)}.
     */
    default List<String> check(TokenizationSettings settings) {
        return PairTokenizers.check(settings, pairFormat(), maxTokens());
    }

    /** What these settings ask for in vain though the model can do them, one line each. */
    default List<String> warnings(ScoringSettings settings) {
        return List.of();
    }

    /**
     * Whether a cutoff's head depends on which other cutoffs these settings ask for, so that two of
     * them in one call get other scores than each alone.
     */
    default boolean headsByPosition(ScoringSettings settings) {
        return false;
    }

    /**
     * How many of the lowest layers a pair need not run through again under later settings, once it
     * was scored under earlier ones and its states were kept: all before the deepest layer of the
     * earlier settings, where the later ones are deeper and do the same up to there; else 0.
     */
    default int sharedLayers(ScoringSettings earlier, ScoringSettings later) {
        return 0;
    }

    /**
     * Floating point operations that scoring a pair takes, where a multiplication and an addition
     * are two. Counts matrix products and attention; embedding look-ups, norms and activations are
     * left out (below 1 %).
     *
     * @param done how many layers need not run: 0, or as {@link #sharedLayers} says
     */
    long flops(TokenizedPair pair, ScoringSettings settings, int done);

    /** The same for all layers. */
    default long flops(TokenizedPair pair, ScoringSettings settings) {
        return flops(pair, settings, 0);
    }

    /** Device memory of a batch that runs so, beside the weights. */
    BatchMemory batchMemory(ExecutionPlan plan);

    /**
     * Bytes of what batches keep for later ones at most, of the ids that their pairs begin with.
     */
    default long prefixBytes(ExecutionPlan plan) {
        return 0;
    }
}
