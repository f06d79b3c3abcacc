package dev.flinkreranker.runtime.model;

import java.util.List;

/**
 * What a decoder costs, by formula. Operations count multiplications and additions of the layers'
 * matrices and of attention ({@code 2 P s + 4 s^2 heads headSize} a layer for {@code s} tokens and
 * {@code P} weights); embedding, norms and the one-row head are negligible.
 */
final class DecoderCost {

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
}
