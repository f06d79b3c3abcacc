package dev.flinkreranker.workbench.replay.scoring;

import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What scores are wanted of a text, or computed in one forward pass: a pass through the deepest of
 * several cutoff layers serves all demands that differ in nothing else.
 *
 * @param model which model
 * @param tokenization how text becomes tokens
 * @param scoring the settings of the pass, with all its cutoffs
 */
record Demand(ModelReference model, TokenizationSettings tokenization, ScoringSettings scoring) {

    /**
     * For each demand the pass that serves it: as few passes as give the scores that each alone
     * would get.
     *
     * @param demands of one request
     * @param headsByPosition models whose head depends on how many cutoffs are asked for; their
     *     cutoffs share a pass only when heads are chosen by layer
     */
    static Map<Demand, Demand> passes(List<Demand> demands, Predicate<Demand> headsByPosition) {
        Map<Demand, Demand> passes = new LinkedHashMap<>();
        for (Demand first : demands) {
            if (!passes.containsKey(first)) {
                List<Demand> together = new ArrayList<>();
                for (Demand other : demands) {
                    if (first.sharesWith(other, headsByPosition)) {
                        together.add(other);
                    }
                }
                Demand pass = union(together);
                together.forEach(demand -> passes.putIfAbsent(demand, pass));
            }
        }
        return passes;
    }

    /** Where this demand's logits stand among those of a pass that serves it. */
    List<Integer> columnsIn(Demand pass) {
        return scoring.cutoffLayers().isEmpty()
                ? List.of(0)
                : scoring.cutoffLayers().stream()
                        .map(pass.scoring.cutoffLayers()::indexOf)
                        .toList();
    }

    /** Whether a pass that was made for other demands has the scores that this one would get. */
    boolean isServedBy(Demand pass, Predicate<Demand> headsByPosition) {
        return sharesWith(pass, headsByPosition)
                && pass.scoring.cutoffLayers().containsAll(scoring.cutoffLayers());
    }

    private static Demand union(List<Demand> demands) {
        TreeSet<Integer> cutoffs = new TreeSet<>();
        demands.forEach(demand -> cutoffs.addAll(demand.scoring.cutoffLayers()));
        return demands.get(0).withCutoffs(List.copyOf(cutoffs));
    }

    private boolean sharesWith(Demand other, Predicate<Demand> headsByPosition) {
        if (equals(other)) {
            return true;
        }
        return !scoring.cutoffLayers().isEmpty()
                && !other.scoring.cutoffLayers().isEmpty()
                && withCutoffs(List.of()).equals(other.withCutoffs(List.of()))
                && !headsByPosition.test(this);
    }

    private Demand withCutoffs(List<Integer> cutoffs) {
        return new Demand(
                model,
                tokenization,
                new ScoringSettings(
                        cutoffs,
                        scoring.compressRatio(),
                        scoring.compressLayers(),
                        scoring.headSelection(),
                        scoring.attentionSoftcap()));
    }
}
