package dev.flinkreranker.workbench.demo;

import dev.flinkreranker.runtime.model.ModelDescriptor;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.List;

/**
 * What a pair costs down to some layer, in floating point operations.
 *
 * @param flops all of them
 * @param shared those before that layer, which a deeper stage need not repeat
 */
record DepthCost(long flops, long shared) {

    /** Of a pair under settings that name one layer. */
    static DepthCost of(ModelDescriptor model, TokenizedPair pair, ScoringSettings settings) {
        List<Integer> cutoffs = settings.cutoffLayers();
        long flops = model.flops(pair, settings);
        return new DepthCost(flops, flops - model.flops(pair, settings, cutoffs.get(0) - 1));
    }
}
