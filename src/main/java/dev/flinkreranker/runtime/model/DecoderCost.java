package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.program.ExecutionPlan;
import java.util.List;

/**
 * What a decoder costs, by formula. Operations count multiplications and additions of the layers'
 * matrices and of attention ({@code 2 P s + 4 s^2 heads headSize} a layer for {@code s} tokens and
 * {@code P} weights); embedding, norms and the one-row head are negligible.
 */
final class DecoderCost {

    /** For what the native library holds for its threads; chosen, not measured by itself. */
    private static final long ARENAS = 96L << 20;

    /**
     * Queries whose attention logits exist at once, as in {@code decoder.py}: enough of them for a
     * product to be fast, few enough that memory does not grow with the square of a length.
     */
    private static final long QUERY_BLOCK = 256;

    /** Soft-capped logits that exist at once over packed rows, as in {@code decoder_packed.py}. */
    private static final long CAPPED_LOGITS = 1L << 27;

    private final DecoderDescriptor model;

    DecoderCost(DecoderDescriptor model) {
        this.model = model;
    }

    /** Weights of the matrices of one layer. */
    long layerWeights() {
        long hidden = model.hiddenSize();
        long queries = (long) model.attentionHeads() * model.headSize();
        long keys = (long) model.keyValueHeads() * model.headSize();
        return 2 * hidden * queries + 2 * hidden * keys + 3 * hidden * model.intermediateSize();
    }

    /**
     * Floating-point operations of one pair.
     *
     * @param query tokens before the passage
     * @param passage tokens of the passage: what compression merges
     * @param prompt tokens after the passage
     * @param done how many layers need not run, because kept states have passed them
     * @param deepest the layer with which it ends
     * @param ratio how many neighbours become one; 1 for no compression
     * @param compressLayers layers before which that happens
     */
    long flops(
            int query,
            int passage,
            int prompt,
            int done,
            int deepest,
            int ratio,
            List<Integer> compressLayers) {
        long perToken = 2 * layerWeights();
        long perTokenPair = 4L * model.attentionHeads() * model.headSize();
        long total = 0;
        long left = passage;
        for (int layer = 0; layer < deepest; layer++) {
            if (ratio > 1 && layer > 0 && compressLayers.contains(layer)) {
                left = (left + ratio - 1) / ratio;
            }
            if (layer < done) {
                continue;
            }
            long tokens = query + left + prompt;
            boolean slides = model.window() > 0 && layer % 2 == 0;
            long keys = slides ? Math.min(tokens, model.window()) : tokens;
            total += perToken * tokens + perTokenPair * tokens * keys;
        }
        return total;
    }

    /**
     * Device memory of a batch, beside the weights: the sum of
     *
     * <ul>
     *   <li>in numbers for each token, what a layer makes, which lives until the layer ends: five
     *       times the width (states and norms), thrice the queries and thrice the keys (before and
     *       after their rotation, values, attention's outcome);
     *   <li>in numbers for each row of a block, the feed-forward width, and the larger of the
     *       gate's other half and a norm's three copies in float32; and what quantizing that width
     *       takes ({@link ExecutionPlan#quantizationBytes});
     *   <li>for each token its id and the rotation's index, 16 bytes, and its angles, a head in
     *       numbers;
     *   <li>for a pair whose attention is capped or wider than the window, logits of a block of
     *       queries against its keys; over packed rows, those of as many blocks as exist at once,
     *       and which keys are hidden;
     *   <li>for a pair that leaves its query out, its queries, keys and values put together again;
     *       for those that other calls have left, a layer's keys and values after the batch's own;
     *   <li>where the mean of a pair's states is scored, three copies of them in float32;
     *   <li>whatever the batch is: the rows that fill it up to its grid, room for the library's own
     *       arenas, and copies that it makes of matrices for a product, as three of the largest.
     * </ul>
     */
    BatchMemory batchMemory(ExecutionPlan plan) {
        long number = plan.type().bytes();
        long hidden = model.hiddenSize();
        long queries = (long) model.attentionHeads() * model.headSize();
        long keys = (long) model.keyValueHeads() * model.headSize();
        long row = 16 + (model.headSize() + 5 * hidden + 3 * queries + 3 * keys) * number;
        long norm = 3 * hidden * StoredType.F32.bytes();
        long wide = model.intermediateSize() * number;
        long quantizing = model.intermediateSize() * (long) plan.quantizationBytes();
        long blockRow = wide + Math.max(norm, wide) + quantizing;
        boolean whole = plan.decoderBlock() == Integer.MAX_VALUE;
        long perToken = whole ? row + blockRow : row;
        long block = whole ? 0 : plan.decoderBlock() * blockRow;
        boolean packed = plan.attention().isPacked();
        boolean capped = model.attentionSoftcap() > 0;
        long logit = 2 * number + StoredType.F32.bytes();
        long queryBlock = !packed && (capped || model.window() > 0) ? QUERY_BLOCK : 0;
        long logits = queryBlock * model.attentionHeads() * logit;
        long cappedLogits = packed && capped ? CAPPED_LOGITS * logit : 0;
        long means = model.mean() ? norm : 0;
        long filling = plan.rowGrid() * perToken;
        long copies = 3 * hidden * model.intermediateSize() * number;
        long together = model.architecture().causal() ? (queries + 2 * keys) * number : 0;
        long cached = prefixBytes(plan) / model.layers();
        return new BatchMemory(
                perToken,
                queries * number + logits + together + means,
                ARENAS + filling + block + copies + cappedLogits + cached);
    }

    /**
     * Bytes of the keys and values that calls keep of what pairs begin with, all layers together,
     * at most ({@link PrefixCache}).
     */
    long prefixBytes(ExecutionPlan plan) {
        long keys = (long) model.keyValueHeads() * model.headSize();
        boolean kept = model.architecture().causal() && !plan.attention().isPacked();
        return kept ? 2L * PrefixCache.MAX_TOKENS * model.layers() * keys * plan.type().bytes() : 0;
    }
}
