package dev.flinkreranker.workbench.tune;

import java.util.ArrayList;
import java.util.List;

/**
 * What is tried: every depth over every number of candidates, and every cut between two depths.
 *
 * @param candidates how many take part, ascending; the last is {@link Stage#ALL}
 * @param layers ascending; the last is the whole model
 * @param blends parts of the first stage's score
 * @param keeps how many go on after a first depth, ascending
 */
record SearchSpace(
        List<Integer> candidates, List<Integer> layers, List<Blend> blends, List<Integer> keeps) {

    /** Copies the lists. */
    SearchSpace {
        candidates = List.copyOf(candidates);
        layers = List.copyOf(layers);
        blends = List.copyOf(blends);
        keeps = List.copyOf(keeps);
    }

    /** All candidates through the whole model. */
    Cascade full(Blend blend) {
        return new Cascade(
                Stage.ALL, List.of(new Stage(layers.get(layers.size() - 1), blend, Stage.ALL)));
    }

    /** All of it, in a fixed order; those of one stage before those that go on from it. */
    List<Cascade> cascades() {
        List<Cascade> all = new ArrayList<>();
        for (int most : candidates) {
            for (int layer : layers) {
                for (Blend blend : blends) {
                    Stage first = new Stage(layer, blend, Stage.ALL);
                    all.add(new Cascade(most, List.of(first)));
                    addSeconds(most, first, all);
                }
            }
        }
        return all;
    }

    private void addSeconds(int most, Stage first, List<Cascade> all) {
        for (int keep : keeps) {
            if (keep >= most) {
                break;
            }
            for (int layer : layers) {
                if (layer > first.layer()) {
                    for (Blend blend : blends) {
                        all.add(
                                new Cascade(
                                        most,
                                        List.of(
                                                first.keeping(keep),
                                                new Stage(layer, blend, Stage.ALL))));
                    }
                }
            }
        }
    }
}
