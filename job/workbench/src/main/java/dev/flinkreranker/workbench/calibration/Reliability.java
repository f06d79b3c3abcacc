package dev.flinkreranker.workbench.calibration;

import java.util.ArrayList;
import java.util.List;

/**
 * How far probabilities are from what came true.
 *
 * @param brier mean square of the distance from the truth, which is 0 or 1 (Brier, "Verification of
 *     forecasts expressed in terms of probability", 1950); 0 to 1, less is better
 * @param calibrationError expected calibration error: over the bins, the mean distance of what was
 *     said from what came true, each bin by its number of documents; 0 to 1, less is better
 * @param bins ten of equal width, ascending, without the empty ones
 */
public record Reliability(double brier, double calibrationError, List<Bin> bins) {

    private static final int BINS = 10;

    /**
     * Documents of which nearly the same was said.
     *
     * @param said mean probability
     * @param cameTrue share that is relevant
     * @param documents how many, at least 1
     */
    public record Bin(double said, double cameTrue, int documents) {}

    /** Copies the list. */
    public Reliability {
        bins = List.copyOf(bins);
    }

    /**
     * Of some predictions.
     *
     * @param predictions at least one
     */
    public static Reliability of(List<Prediction> predictions) {
        double[] said = new double[BINS];
        int[] relevant = new int[BINS];
        int[] documents = new int[BINS];
        double squares = 0;
        for (Prediction prediction : predictions) {
            float probability = prediction.probability();
            int bin = Math.min((int) (probability * BINS), BINS - 1);
            said[bin] += probability;
            documents[bin]++;
            relevant[bin] += prediction.relevant() ? 1 : 0;
            double distance = probability - (prediction.relevant() ? 1 : 0);
            squares += distance * distance;
        }
        List<Bin> bins = new ArrayList<>();
        double distances = 0;
        for (int i = 0; i < BINS; i++) {
            if (documents[i] > 0) {
                bins.add(
                        new Bin(
                                said[i] / documents[i],
                                (double) relevant[i] / documents[i],
                                documents[i]));
                distances += Math.abs(said[i] - relevant[i]);
            }
        }
        return new Reliability(squares / predictions.size(), distances / predictions.size(), bins);
    }
}
