package dev.flinkreranker.workbench.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything the report shows. The first configuration is the baseline that the others are compared
 * with.
 *
 * @param title what was replayed, for the heading
 * @param description one line on the input and the run
 * @param measures names of the quality measures, headline first; empty when nothing is labelled
 * @param perQuery name of the figure in {@link Query#values()}: the headline measure, or agreement
 *     with the baseline when nothing is labelled
 * @param queryCount queries replayed
 * @param judgedCount queries with at least one label
 * @param configurations at least one, the baseline first
 * @param decision which of them to take; null where quality is not known, or there is no choice
 * @param requestsPerSecond how many requests the log had in a second; null when nobody knows
 * @param queries the queries worth listing, in the order to list them
 * @param passages the passages that {@link Ranked#passage()} points into
 * @param problemCount input lines that could not be replayed
 * @param problems the first of those
 */
public record ReportData(
        String title,
        String description,
        List<String> measures,
        String perQuery,
        long queryCount,
        long judgedCount,
        List<Configuration> configurations,
        @Nullable Decision decision,
        @Nullable Double requestsPerSecond,
        List<Query> queries,
        List<Passage> passages,
        long problemCount,
        List<Problem> problems) {

    /** Copies the lists. */
    public ReportData {
        measures = List.copyOf(measures);
        configurations = List.copyOf(configurations);
        queries = List.copyOf(queries);
        passages = List.copyOf(passages);
        problems = List.copyOf(problems);
        if (configurations.isEmpty()) {
            throw new IllegalArgumentException("a report needs at least the baseline");
        }
    }

    /**
     * Which configuration to take.
     *
     * @param best index of the best by the headline measure
     * @param chosen index of the cheapest, by FLOPs, that loses no more than is tolerated against
     *     it; the best itself where no cheaper one is
     * @param tolerated what is put up with
     * @param loss of the chosen against the best, a mean over queries
     * @param low lower end of its 95 % bootstrap interval
     * @param high upper end of its 95 % bootstrap interval
     * @param text all of that for a person
     */
    public record Decision(
            int best,
            int chosen,
            double tolerated,
            double loss,
            double low,
            double high,
            String text) {}

    /**
     * One configuration's figures.
     *
     * @param name short and unique
     * @param settings what it is made of, for a person
     * @param curve configurations of the same curve are joined by a line (one model at several
     *     cutoff layers); null for a point of its own
     * @param means one per measure, 0 to 1
     * @param cost what it took; null for the first stage, whose cost is not known here
     * @param scores how its scores are spread
     * @param labelledScores how the scores of labelled relevant passages are spread; null without
     *     labels
     * @param difference against the baseline; null for the baseline itself
     */
    public record Configuration(
            String name,
            String settings,
            @Nullable String curve,
            List<Double> means,
            @Nullable Cost cost,
            Histogram scores,
            @Nullable Histogram labelledScores,
            @Nullable Difference difference) {
        /** Copies the list. */
        public Configuration {
            means = List.copyOf(means);
        }
    }

    /**
     * What a configuration took. Counts are exact, seconds were measured on the machine of the run.
     *
     * @param pairs (query, passage) pairs
     * @param tokens tokens of all pairs, padding excluded
     * @param truncated pairs cut to the length limit
     * @param flops floating point operations by the analytic count
     * @param deviceSeconds time on the device; of a pass shared with other cutoffs, its share by
     *     FLOPs; null when not measured
     * @param p50Millis median time of one request; null when not measured
     * @param p95Millis 95th percentile of the time of one request
     * @param p99Millis 99th percentile of the time of one request
     */
    public record Cost(
            long pairs,
            long tokens,
            long truncated,
            double flops,
            @Nullable Double deviceSeconds,
            @Nullable Double p50Millis,
            @Nullable Double p95Millis,
            @Nullable Double p99Millis) {}

    /**
     * Counts in bins of equal width.
     *
     * @param low left edge of the first bin
     * @param width width of a bin, above 0
     * @param counts one per bin
     */
    public record Histogram(double low, double width, List<Long> counts) {
        /** Copies the list. */
        public Histogram {
            counts = List.copyOf(counts);
        }
    }

    /**
     * A configuration against the baseline. The first seven are of the headline measure and null
     * without labels.
     *
     * @param delta mean difference
     * @param low lower end of its 95 % bootstrap interval
     * @param high upper end of its 95 % bootstrap interval
     * @param pValue two-sided paired t-test; null when undefined (no variance)
     * @param wins queries that got better
     * @param ties queries that stayed
     * @param losses queries that got worse
     * @param overlap mean share of the first ten that both have
     * @param rankBiasedOverlap mean rank-biased overlap, p = 0.9
     * @param kendallTau mean Kendall's tau-b over the candidates both have; null where undefined
     * @param changedTop share of queries whose first passage changed
     */
    public record Difference(
            @Nullable Double delta,
            @Nullable Double low,
            @Nullable Double high,
            @Nullable Double pValue,
            @Nullable Integer wins,
            @Nullable Integer ties,
            @Nullable Integer losses,
            double overlap,
            double rankBiasedOverlap,
            @Nullable Double kendallTau,
            double changedTop) {}

    /**
     * One query.
     *
     * @param id its id
     * @param text what was asked
     * @param values one per configuration; null where it has none
     * @param rankings for the biggest movers the first passages of every configuration; else empty
     */
    public record Query(
            String id, String text, List<@Nullable Double> values, List<List<Ranked>> rankings) {}

    /**
     * A passage at its place in a ranking.
     *
     * @param passage index into {@link ReportData#passages()}
     * @param score what it was ranked by
     * @param relevance its label for the query; null when it has none
     */
    public record Ranked(int passage, double score, @Nullable Integer relevance) {}

    /**
     * A passage as shown.
     *
     * @param id its id
     * @param text its text, shortened
     */
    public record Passage(String id, String text) {}

    /**
     * An input line that was not replayed.
     *
     * @param source file or topic partition
     * @param line line number from 1
     * @param reason one line for a person
     */
    public record Problem(String source, long line, String reason) {}
}
