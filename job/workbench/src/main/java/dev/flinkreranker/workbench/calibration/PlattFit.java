package dev.flinkreranker.workbench.calibration;

import dev.flinkreranker.operators.tenant.Calibration;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Optional;

/**
 * Fits a {@link Calibration} to judged scores: the two numbers that make the judgments most likely.
 *
 * <p>As Platt, "Probabilistic Outputs for Support Vector Machines" (1999), labels count as a little
 * less than certain, so that scores which part relevant from other documents without a fault have a
 * fit, too. Newton's method and its line search are those of Lin, Lin, Weng, "A Note on Platt's
 * Probabilistic Outputs for Support Vector Machines" (Machine Learning 68, 2007).
 */
public final class PlattFit {

    /** So many digits are more than judgments can tell. */
    private static final MathContext DIGITS = new MathContext(4);

    private static final int MOST_STEPS = 100;
    private static final double SMALLEST_STEP = 1e-10;
    private static final double SMALL_ENOUGH = 1e-9;

    /** Keeps the matrix of second derivatives from being singular. */
    private static final double RIDGE = 1e-12;

    private final double[] scores;
    private final double[] targets;
    private double slope;
    private double intercept;

    private PlattFit(double[] scores, double[] targets, double intercept) {
        this.scores = scores;
        this.targets = targets;
        this.intercept = intercept;
    }

    /**
     * Fits.
     *
     * @return of no stages and without a threshold; empty where the scores say nothing: there are
     *     not two different ones, all or none are of relevant documents, or those of relevant
     *     documents are no higher
     */
    public static Optional<Calibration> of(List<LabelledScore> labelled) {
        long relevant = labelled.stream().filter(LabelledScore::relevant).count();
        long others = labelled.size() - relevant;
        double mean = labelled.stream().mapToDouble(LabelledScore::logit).average().orElse(0);
        double deviation =
                Math.sqrt(
                        labelled.stream()
                                .mapToDouble(one -> (one.logit() - mean) * (one.logit() - mean))
                                .average()
                                .orElse(0));
        if (relevant == 0 || others == 0 || !(deviation > 0)) {
            return Optional.empty();
        }
        double high = (relevant + 1.0) / (relevant + 2.0);
        double low = 1.0 / (others + 2.0);
        // Standardized, so that no scale of scores is too large or too small.
        PlattFit fit =
                new PlattFit(
                        labelled.stream()
                                .mapToDouble(one -> (one.logit() - mean) / deviation)
                                .toArray(),
                        labelled.stream().mapToDouble(one -> one.relevant() ? high : low).toArray(),
                        Math.log((relevant + 1.0) / (others + 1.0)));
        fit.descend();
        double slope = rounded(fit.slope / deviation);
        return slope > 0 && Double.isFinite(slope)
                ? Optional.of(
                        new Calibration(
                                slope,
                                rounded(fit.intercept - fit.slope / deviation * mean),
                                null,
                                null,
                                List.of()))
                : Optional.empty();
    }

    private static double rounded(double value) {
        return Double.isFinite(value) ? new BigDecimal(value).round(DIGITS).doubleValue() : value;
    }

    private void descend() {
        double loss = loss(slope, intercept);
        for (int i = 0; i < MOST_STEPS; i++) {
            double h11 = RIDGE;
            double h22 = RIDGE;
            double h21 = 0;
            double g1 = 0;
            double g2 = 0;
            for (int j = 0; j < scores.length; j++) {
                double p = 1 / (1 + Math.exp(-(slope * scores[j] + intercept)));
                double curvature = p * (1 - p);
                double error = p - targets[j];
                h11 += scores[j] * scores[j] * curvature;
                h22 += curvature;
                h21 += scores[j] * curvature;
                g1 += scores[j] * error;
                g2 += error;
            }
            if (Math.abs(g1) + Math.abs(g2) < SMALL_ENOUGH * scores.length) {
                return;
            }
            double determinant = h11 * h22 - h21 * h21;
            double towardsSlope = -(h22 * g1 - h21 * g2) / determinant;
            double towardsIntercept = -(h11 * g2 - h21 * g1) / determinant;
            double fall = g1 * towardsSlope + g2 * towardsIntercept;
            double step = 1;
            double next = loss(slope + towardsSlope, intercept + towardsIntercept);
            while (!(next < loss + 1e-4 * step * fall)) {
                step /= 2;
                if (step < SMALLEST_STEP) {
                    return;
                }
                next = loss(slope + step * towardsSlope, intercept + step * towardsIntercept);
            }
            slope += step * towardsSlope;
            intercept += step * towardsIntercept;
            loss = next;
        }
    }

    /** Minus the log likelihood. */
    private double loss(double a, double b) {
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
            double z = a * scores[i] + b;
            sum +=
                    z >= 0
                            ? (1 - targets[i]) * z + Math.log1p(Math.exp(-z))
                            : -targets[i] * z + Math.log1p(Math.exp(z));
        }
        return sum;
    }
}
