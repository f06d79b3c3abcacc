package dev.flinkreranker.workbench.calibration;

import dev.flinkreranker.operators.tenant.Calibration;
import dev.flinkreranker.workbench.evaluation.comparison.Proportion;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How requests fare by a threshold below which nothing in them is said to be relevant.
 *
 * @param requests how many there are
 * @param without how many of them have nothing relevant
 * @param said of how many it was said
 * @param right of how many of these rightly
 */
public record NothingRelevant(int requests, int without, int said, int right) {

    private static final int MOST_DIGITS = 17;

    /** Both together. */
    public NothingRelevant plus(NothingRelevant other) {
        return new NothingRelevant(
                requests + other.requests,
                without + other.without,
                said + other.said,
                right + other.right);
    }

    /** How often it was so when it was said. */
    public Proportion precision() {
        return new Proportion(right, said);
    }

    /**
     * What a threshold says of some requests.
     *
     * @param calibration with a threshold; without one nothing is said
     */
    public static NothingRelevant of(List<LabelledRequest> requests, Calibration calibration) {
        Double below = calibration.nothingRelevantBelow();
        int without = 0;
        int said = 0;
        int right = 0;
        for (LabelledRequest request : requests) {
            without += request.hasRelevant() ? 0 : 1;
            if (below != null && request.isComplete() && request.highest(calibration) < below) {
                said++;
                right += request.hasRelevant() ? 0 : 1;
            }
        }
        return new NothingRelevant(requests.size(), without, said, right);
    }

    /**
     * The threshold that says it of the most requests while it is right often enough.
     *
     * @param precision least share of these requests that have nothing relevant, above 0, at most 1
     * @return above 0 and below 1; empty where none is right often enough
     */
    public static OptionalDouble threshold(
            List<LabelledRequest> requests, Calibration calibration, double precision) {
        List<LabelledRequest> ascending =
                requests.stream()
                        .filter(LabelledRequest::isComplete)
                        .sorted(Comparator.comparing(request -> request.highest(calibration)))
                        .toList();
        OptionalDouble threshold = OptionalDouble.empty();
        int right = 0;
        for (int i = 0; i < ascending.size(); i++) {
            right += ascending.get(i).hasRelevant() ? 0 : 1;
            float last = ascending.get(i).highest(calibration);
            float next = i + 1 < ascending.size() ? ascending.get(i + 1).highest(calibration) : 1;
            // What is equally probable is told alike.
            if (last < next && right >= precision * (i + 1)) {
                threshold = OptionalDouble.of(between(last, next));
            }
        }
        return threshold;
    }

    /** In as few digits as will do: above what is told, and at most what is not. */
    private static double between(float above, float atMost) {
        BigDecimal middle = new BigDecimal(((double) above + atMost) / 2);
        for (int digits = 2; digits < MOST_DIGITS; digits++) {
            double rounded = middle.round(new MathContext(digits)).doubleValue();
            if (rounded > above && rounded <= atMost && rounded < 1) {
                return rounded;
            }
        }
        return middle.doubleValue();
    }
}
