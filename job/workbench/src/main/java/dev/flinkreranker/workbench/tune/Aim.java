package dev.flinkreranker.workbench.tune;

import dev.flinkreranker.workbench.evaluation.FourDigits;
import dev.flinkreranker.workbench.evaluation.measure.Measure;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** What is wanted of a cascade, against all candidates through the whole model. */
sealed interface Aim {

    /** What is equal but for rounding is equal. */
    double ROUNDING = 1e-9;

    /**
     * The cascade to take by these sums; of equal ones the first.
     *
     * @param full index of all candidates through the whole model
     * @return empty where none is good enough
     */
    Optional<Integer> pick(Trials.Sums sums, int full);

    /**
     * The same in words.
     *
     * @param full all candidates through the whole model, for a person
     */
    String text(Measure measure, String full);

    /**
     * The fewest operations for a mean that is at most so far below.
     *
     * @param loss at least 0
     */
    record Tolerate(double loss) implements Aim {
        @Override
        public Optional<Integer> pick(Trials.Sums sums, int full) {
            double least = sums.mean(full) - loss - ROUNDING;
            return first(
                    sums,
                    i -> sums.mean(i) >= least,
                    Comparator.<Integer>comparingDouble(i -> sums.flops()[i])
                            .thenComparingDouble(i -> -sums.mean(i)));
        }

        @Override
        public String text(Measure measure, String full) {
            return "the fewest operations that lose at most %s %s against the full model (%s)"
                    .formatted(FourDigits.format(loss), measure, full);
        }
    }

    /**
     * The highest mean for at most this share of the operations.
     *
     * @param share above 0
     */
    record Budget(double share) implements Aim {
        @Override
        public Optional<Integer> pick(Trials.Sums sums, int full) {
            double most = sums.flops()[full] * share * (1 + ROUNDING);
            return first(
                    sums,
                    i -> sums.flops()[i] <= most,
                    Comparator.<Integer>comparingDouble(i -> -sums.mean(i))
                            .thenComparingDouble(i -> sums.flops()[i]));
        }

        @Override
        public String text(Measure measure, String full) {
            return "the best %s for at most %s of the operations of the full model (%s)"
                    .formatted(measure, TuningPrinter.percent(share), full);
        }
    }

    private static Optional<Integer> first(
            Trials.Sums sums, IntPredicate isGoodEnough, Comparator<Integer> order) {
        return IntStream.range(0, sums.values().length)
                .filter(isGoodEnough)
                .boxed()
                .min(order.thenComparing(Comparator.naturalOrder()));
    }
}
