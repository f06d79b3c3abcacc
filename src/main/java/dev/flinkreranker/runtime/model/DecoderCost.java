package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.program.RowGrid;
import java.util.List;

/**
 * What a decoder costs, by formula. Operations count multiplications and additions of the layers'
 * matrices and of attention ({@code 2 P s + 4 s^2 heads headSize} a layer for {@code s} tokens and
 * {@code P} weights); embedding, norms and the one-row head are negligible.
 */
final class DecoderCost {

    /** For what the native library holds for its threads; chosen, not measured by itself. */
    private static final long ARENAS = 96L << 20;

    /** Queries whose attention logits exist at once; see {@code decoder.py}. */
    private static final long BLOCK = 256;

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
     * @param deepest how many layers run
     * @param ratio how many neighbours become one; 1 for no compression
     * @param compressLayers layers before which that happens
     */
    long flops(
            int query,
            int passage,
            int prompt,
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
            long tokens = query + left + prompt;
            boolean slides = model.window() > 0 && layer % 2 == 0;
            long keys = slides ? Math.min(tokens, model.window()) : tokens;
            total += perToken * tokens + perTokenPair * tokens * keys;
        }
        return total;
    }

    /**
     * Device memory of a batch, beside the weights.
     *
     * <p>In numbers for each token: what a layer makes lives until the layer ends, five times the
     * width (states and norms), thrice the queries and thrice the keys (before and after their
     * rotation, values, attention's outcome), and once the feed-forward width; beside them either
     * the other half of the gate or a norm's three copies in float32. Ids and the rotation's index
     * are 16 bytes, its angles a head in numbers. A pair's attention that is capped, or wider than
     * the window, holds logits of a block of 256 queries against its keys. What is fixed is the
     * rows that fill a batch up to its {@link RowGrid}, room for the library's own arenas and for
     * copies that it makes of matrices for a product: {@link #ARENAS} and three of the largest
     * matrices, both chosen, neither measured by itself. The sum was measured on a CPU for the
     * three released shapes: they took between two fifths and nine tenths of it.
     */
    BatchMemory batchMemory(StoredType computeType) {
        long number = computeType.bytes();
        long hidden = model.hiddenSize();
        long queries = (long) model.attentionHeads() * model.headSize();
        long keys = (long) model.keyValueHeads() * model.headSize();
        long kept = 5 * hidden + 3 * queries + 3 * keys + model.intermediateSize();
        long norm = 3 * hidden * StoredType.F32.bytes();
        long gate = model.intermediateSize() * number;
        long block = model.attentionSoftcap() > 0 || model.window() > 0 ? BLOCK : 0;
        long logits = block * model.attentionHeads() * (2 * number + StoredType.F32.bytes());
        long row = 16 + (model.headSize() + kept) * number + Math.max(norm, gate);
        long filling = RowGrid.ROWS * row;
        return new BatchMemory(
                row,
                queries * number + logits,
                ARENAS + filling + 3 * hidden * model.intermediateSize() * number);
    }
}
