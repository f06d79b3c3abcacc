package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.CheckpointConfig;
import dev.flinkreranker.runtime.program.ExecutionPlan;
import dev.flinkreranker.runtime.program.WeightLayout;
import dev.flinkreranker.runtime.tokenization.PairFormat;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A BERT, RoBERTa or XLM-RoBERTa cross-encoder with a head of one or two labels, and possibly with
 * further heads at lower layers ({@code layer_heads} in {@code config.json}).
 *
 * @param architecture the architecture
 * @param layers transformer layers
 * @param hiddenSize width of the residual stream
 * @param attentionHeads attention heads
 * @param intermediateSize width of the feed-forward part
 * @param vocabularySize rows of the word table
 * @param positions rows of the position table
 * @param tokenTypes rows of the token type table
 * @param paddingId the padding token's id; RoBERTa counts positions from it
 * @param epsilon added to variances
 * @param cutoffLayers layers that have a head, ascending
 * @param labels outputs of every head: one, or two, of which the score is the difference; none of
 *     an embedding model, which has no head
 * @param weights the weights in the program's order
 */
record EncoderDescriptor(
        EncoderFamily architecture,
        int layers,
        int hiddenSize,
        int attentionHeads,
        int intermediateSize,
        int vocabularySize,
        int positions,
        int tokenTypes,
        int paddingId,
        double epsilon,
        List<Integer> cutoffLayers,
        int labels,
        WeightLayout weights)
        implements ModelDescriptor {

    /** Copies the list. */
    EncoderDescriptor {
        cutoffLayers = List.copyOf(cutoffLayers);
    }

    static EncoderDescriptor of(EncoderFamily family, Checkpoint checkpoint) {
        return of(family, true, checkpoint);
    }

    /** The body of an embedding model. */
    static EncoderDescriptor withoutHead(EncoderFamily family, Checkpoint checkpoint) {
        return of(family, false, checkpoint);
    }

    private static EncoderDescriptor of(EncoderFamily family, boolean head, Checkpoint checkpoint) {
        CheckpointConfig config = checkpoint.config();
        checkSupported(config);
        int layers = config.layers();
        int hidden = config.integer("hidden_size", 1);
        int heads = config.integer("num_attention_heads", 1);
        if (hidden % heads != 0) {
            throw config.invalid(
                    "hidden_size", "is %s, no multiple of %s heads".formatted(hidden, heads));
        }
        List<Integer> lower = head ? config.integers("layer_heads", 1) : List.of();
        for (int i = 0; i < lower.size(); i++) {
            if (lower.get(i) >= layers || i > 0 && lower.get(i) <= lower.get(i - 1)) {
                throw config.invalid(
                        "layer_heads",
                        "is %s; must ascend below %s layers".formatted(lower, layers));
            }
        }
        int intermediate = config.integer("intermediate_size", 1);
        int vocabulary = config.integer("vocab_size", 1);
        int positions = config.integer("max_position_embeddings", 8);
        int tokenTypes = config.integer("type_vocab_size", 1, 2);
        int padding = config.integer("pad_token_id", 0, family.countsFromPadding() ? 1 : 0);
        EncoderNames names = EncoderNames.of(checkpoint);
        checkpoint.checkNoLayerIsLeft(layers, checkpoint.basePrefix() + names.layer(layers));
        EncoderWeights weights =
                new EncoderWeights(
                        family,
                        checkpoint.basePrefix(),
                        names,
                        hidden,
                        intermediate,
                        vocabulary,
                        positions,
                        tokenTypes);
        if (head) {
            weights.checkHead(checkpoint);
            ModuleHead.checkTransformerAlone(checkpoint.modules());
        }
        int labels = head ? Labels.count(checkpoint, family.output() + ".weight") : 0;
        return new EncoderDescriptor(
                family,
                layers,
                hidden,
                heads,
                intermediate,
                vocabulary,
                positions,
                tokenTypes,
                padding,
                config.number("layer_norm_eps", 1e-12),
                IntStream.concat(lower.stream().mapToInt(l -> l), IntStream.of(layers))
                        .boxed()
                        .toList(),
                labels,
                weights.layout(layers, lower, labels));
    }

    @Override
    public String family() {
        return architecture.title();
    }

    /** RoBERTa's first {@code paddingId + 1} positions belong to no token. */
    @Override
    public int maxTokens() {
        return architecture.countsFromPadding() ? positions - paddingId - 1 : positions;
    }

    @Override
    public PairFormat pairFormat() {
        return PairFormat.CROSS_ENCODER;
    }

    @Override
    public String formula() {
        return Labels.formula(labels);
    }

    /** The cutoffs of a call: those asked for, or the whole model. */
    List<Integer> cutoffs(ScoringSettings settings) {
        return settings.cutoffLayers().isEmpty() ? List.of(layers) : settings.cutoffLayers();
    }

    @Override
    public int sharedLayers(ScoringSettings earlier, ScoringSettings later) {
        int layers = deepest(earlier) - 1;
        return layers + 1 < deepest(later) && layers < cutoffs(later).get(0) ? layers : 0;
    }

    /** How many layers run. */
    int deepest(ScoringSettings settings) {
        List<Integer> cutoffs = cutoffs(settings);
        return cutoffs.get(cutoffs.size() - 1);
    }

    /**
     * {@inheritDoc}
     *
     * <p>With s tokens, a layer takes 2 s (4 D² + 2 D F) for its matrices and 4 s² D for attention;
     * a head takes 2 (D² + L D) for L labels. The deepest layer counts as a whole one, though the
     * program computes less of it.
     */
    @Override
    public long flops(TokenizedPair pair, ScoringSettings settings, int done) {
        long width = hiddenSize;
        return flops(pair.length(), deepest(settings) - done)
                + cutoffs(settings).size() * 2 * (width * width + labels * width);
    }

    /** Those of so many layers. */
    long flops(long tokens, int count) {
        long width = hiddenSize;
        long matrices = 4 * width * width + 2 * width * intermediateSize;
        return count * (2 * tokens * matrices + 4 * tokens * tokens * width);
    }

    /**
     * {@inheritDoc}
     *
     * <p>The sum of
     *
     * <ul>
     *   <li>in numbers for each token, 8.5 times the width: states, queries, keys, values and
     *       attention's outcome; and as much again, because the allocator keeps freed blocks of
     *       that size and cannot always use them;
     *   <li>24 bytes for each token: its id, position and type;
     *   <li>in numbers for each row of a block, what the feed-forward part holds;
     *   <li>what quantizing takes ({@link ExecutionPlan#quantizationBytes}) for each number of a
     *       state, and of a block's feed-forward part;
     *   <li>instead of the block, if it is more, what attention takes ({@link
     *       ExecutionPlan#attentionBytes}).
     * </ul>
     */
    @Override
    public BatchMemory batchMemory(ExecutionPlan plan) {
        long number = plan.type().bytes();
        long quantizing = plan.quantizationBytes();
        long row = 24 + hiddenSize * (17L * number + quantizing);
        long blockRow = 4L * hiddenSize * number + intermediateSize * (2L * number + quantizing);
        boolean whole = plan.encoderBlock() == Integer.MAX_VALUE;
        long perToken = whole ? row + blockRow : row;
        long block = whole ? 0 : plan.encoderBlock() * blockRow;
        long fixed = Math.max(block, plan.attentionBytes(attentionHeads));
        return new BatchMemory(perToken, hiddenSize * number, plan.rowGrid() * perToken + fixed);
    }

    private static void checkSupported(CheckpointConfig config) {
        String activation = config.text("hidden_act", "gelu");
        // The same function, by its formula in Python.
        if (!activation.equals("gelu") && !activation.equals("gelu_python")) {
            throw config.invalid("hidden_act", "is \"" + activation + "\"; supported is gelu");
        }
        String positions = config.text("position_embedding_type", "absolute");
        if (!positions.equals("absolute")) {
            throw config.invalid(
                    "position_embedding_type", "is \"" + positions + "\"; supported is absolute");
        }
        if (config.flag("use_task_id", false)) {
            throw config.invalid("use_task_id", "is true; supported is no embedding of tasks");
        }
    }
}
