package dev.flinkreranker.workbench.bench.result;

import java.util.List;

/** What repeated measurements come to. */
public final class Samples {

    private Samples() {}

    /** The middle one; the mean of the two in the middle of an even number. At least one. */
    public static double median(List<? extends Number> samples) {
        double[] sorted = samples.stream().mapToDouble(Number::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
