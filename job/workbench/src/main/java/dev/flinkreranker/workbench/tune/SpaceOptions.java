package dev.flinkreranker.workbench.tune;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import picocli.CommandLine.Option;

/** The options that say which cascades are tried. */
final class SpaceOptions {
    @Option(
            names = "--layers",
            split = ",",
            paramLabel = "N",
            description = "Depths to try. Default: every layer that has a head.")
    private List<Integer> layers = new ArrayList<>();

    @Option(
            names = "--candidates",
            split = ",",
            defaultValue = "10,15,20,25,30,40,50",
            paramLabel = "N",
            description =
                    "How many candidates take part; all are tried too. Default: ${DEFAULT-VALUE}.")
    private List<Integer> candidates;

    @Option(
            names = "--keep",
            split = ",",
            defaultValue = "3,5,10,20,30",
            paramLabel = "N",
            description = "How many the first stage keeps. Default: ${DEFAULT-VALUE}.")
    private List<Integer> keeps;

    @Option(
            names = "--weights",
            split = ",",
            defaultValue = "0.3,0.5,0.7",
            paramLabel = "W",
            description =
                    "Weights of the first stage's score under z_sum; no fusion is tried too."
                            + " Default: ${DEFAULT-VALUE}.")
    private List<Double> weights;

    /**
     * Makes sure that numbers are in their ranges.
     *
     * @throws IllegalArgumentException when one is not
     */
    void check() {
        if (candidates.stream().anyMatch(n -> n < 1) || keeps.stream().anyMatch(n -> n < 1)) {
            throw new IllegalArgumentException("--candidates and --keep must be at least 1");
        }
        if (!weights.stream().allMatch(weight -> weight > 0 && weight < 1)) {
            throw new IllegalArgumentException("--weights must be above 0 and below 1");
        }
    }

    /**
     * The depths asked for.
     *
     * @param heads those that the model has, ascending
     * @throws IllegalArgumentException when it has no head at one of them
     */
    List<Integer> layers(List<Integer> heads) {
        for (int layer : layers) {
            if (!heads.contains(layer)) {
                throw new IllegalArgumentException(
                        "--layers: the model has no head at layer %d; it has %s"
                                .formatted(layer, heads));
            }
        }
        return layers.isEmpty() ? heads : List.copyOf(new TreeSet<>(layers));
    }

    /**
     * What is tried.
     *
     * @param depths ascending
     * @param most the most candidates that a request has
     * @param own the blend that the config has now
     * @param fuses whether there is a first stage's score to blend in
     */
    SearchSpace space(List<Integer> depths, int most, Blend own, boolean fuses) {
        List<Integer> numbers =
                new ArrayList<>(new TreeSet<>(candidates).stream().filter(n -> n < most).toList());
        numbers.add(Stage.ALL);
        List<Blend> blends = new ArrayList<>(List.of(Blend.none()));
        if (fuses) {
            weights.forEach(weight -> blends.add(Blend.zSum(weight)));
        }
        blends.add(own);
        return new SearchSpace(
                numbers,
                depths,
                blends.stream().distinct().toList(),
                new TreeSet<>(keeps).stream().filter(n -> n < most).toList());
    }
}
