package dev.flinkreranker.workbench.replay.outcome;

import dev.flinkreranker.workbench.evaluation.FourDigits;
import dev.flinkreranker.workbench.evaluation.comparison.PairedDeltas;
import dev.flinkreranker.workbench.report.ReportData.Decision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which contender to take: the cheapest by FLOPs whose mean loss of the headline measure against
 * the best is tolerated. The order of the input is a contender that costs nothing; what production
 * answered is none, since its cost is not known here.
 *
 * @param contenders all of them
 * @param tallies of each
 * @param quality of each
 * @param tolerated loss that is put up with, at least 0
 * @param seed of the bootstrap
 */
record DecisionRule(
        List<Contender> contenders,
        List<ConfigurationTally> tallies,
        Quality quality,
        double tolerated,
        long seed) {

    /** Null where quality is not known, or only one contender can be taken. */
    @Nullable Decision decide() {
        List<Integer> candidates =
                IntStream.range(0, contenders.size())
                        .filter(i -> !contenders.get(i).isLive())
                        .boxed()
                        .toList();
        if (!quality.labelled() || candidates.size() < 2) {
            return null;
        }
        // Of equal ones, the cheaper, and then the one named first.
        int best =
                candidates.stream()
                        .max(
                                Comparator.comparingDouble(this::mean)
                                        .thenComparing(i -> -flops(i))
                                        .thenComparing(i -> -i))
                        .orElseThrow();
        int chosen =
                candidates.stream()
                        .filter(i -> mean(best) - mean(i) <= tolerated)
                        .min(
                                Comparator.comparingDouble(this::flops)
                                        .thenComparing(i -> -mean(i))
                                        .thenComparing(i -> i))
                        .orElseThrow();
        PairedDeltas deltas = quality.against(best, chosen, seed);
        // A difference of nothing is 0, not -0.
        return new Decision(
                best,
                chosen,
                tolerated,
                0 - deltas.mean(),
                0 - deltas.high(),
                0 - deltas.low(),
                text(best, chosen, deltas));
    }

    private String text(int best, int chosen, PairedDeltas deltas) {
        String measure = quality.headline().toString();
        String limit = FourDigits.format(tolerated) + " " + measure;
        if (chosen == best) {
            return flops(best) == 0
                    ? "Take %s: it is best, and it costs nothing.".formatted(name(best))
                    : "Take %s: it is best, and nothing cheaper comes within %s of it."
                            .formatted(name(best), limit);
        }
        List<String> sentences = new ArrayList<>();
        sentences.add(
                "Take %s: of all that come within %s of the best, %s, it is the cheapest."
                        .formatted(name(chosen), limit, name(best)));
        sentences.add(
                "It loses %s (95 %% interval %s to %s)%s."
                        .formatted(
                                FourDigits.format(0 - deltas.mean()),
                                FourDigits.format(0 - deltas.high()),
                                FourDigits.format(0 - deltas.low()),
                                cost(best, chosen)));
        if (0 - deltas.low() > tolerated) {
            sentences.add(
                    "By these queries alone a larger loss is possible: more judgments would tell.");
        }
        return String.join(" ", sentences);
    }

    private String cost(int best, int chosen) {
        return flops(chosen) == 0
                ? " and costs nothing"
                : String.format(
                        Locale.ROOT,
                        " and costs %.0f %% of its operations",
                        100 * flops(chosen) / flops(best));
    }

    private String name(int contender) {
        return contenders.get(contender).name();
    }

    private double mean(int contender) {
        return quality.means(contender).get(0);
    }

    private double flops(int contender) {
        return contenders.get(contender).isScored() ? tallies.get(contender).cost().flops() : 0;
    }
}
