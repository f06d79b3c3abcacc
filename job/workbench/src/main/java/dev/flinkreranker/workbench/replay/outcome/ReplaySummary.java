package dev.flinkreranker.workbench.replay.outcome;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.workbench.evaluation.measure.Measure;
import dev.flinkreranker.workbench.replay.outcome.RowAssembly.Assembled;
import dev.flinkreranker.workbench.report.ReportData.Cost;
import dev.flinkreranker.workbench.report.ReportData.Decision;
import dev.flinkreranker.workbench.report.ReportData.Difference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a replay for other programs. The same input gives the same bytes: what the clock
 * says is in {@link Timing} alone.
 *
 * @param requests how many were replayed
 * @param judged how many of them have judgments
 * @param problems lines that were not replayed, and requests without a result
 * @param percentEncodedIds ids of requests and documents that run files carry percent-encoded, for
 *     their blanks; null when there are none
 * @param decision which contender to take; null where quality is not known
 * @param contenders the baseline first
 */
public record ReplaySummary(
        long requests,
        int judged,
        long problems,
        Long percentEncodedIds,
        @Nullable Choice decision,
        List<Entry> contenders) {

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .defaultPropertyInclusion(
                            JsonInclude.Value.construct(
                                    JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
                    .build();

    /**
     * Which contender to take.
     *
     * @param take the cheapest whose loss is tolerated
     * @param best the best by the headline measure
     * @param tolerated what is put up with
     * @param loss of what is taken against the best
     * @param low lower end of its 95 % interval
     * @param high upper end of its 95 % interval
     */
    public record Choice(
            String take, String best, double tolerated, double loss, double low, double high) {

        static Choice of(Decision decision, List<Contender> contenders) {
            return new Choice(
                    contenders.get(decision.chosen()).name(),
                    contenders.get(decision.best()).name(),
                    decision.tolerated(),
                    decision.loss(),
                    decision.low(),
                    decision.high());
        }
    }

    /**
     * One contender.
     *
     * @param name as in file names
     * @param settings for a person
     * @param measures means by name; empty without judgments
     * @param difference against the baseline; null for the baseline itself
     * @param pairs (query, passage) pairs scored
     * @param tokens of all pairs, padding excluded
     * @param truncated pairs cut to the length limit
     * @param unscorable pairs that could not be scored
     * @param flops by the analytic count
     * @param sameBits false where its scores may differ from the stream's in the last bits, because
     *     they depend on their batch; null elsewhere
     */
    public record Entry(
            String name,
            String settings,
            Map<String, Double> measures,
            @Nullable Difference difference,
            @Nullable Long pairs,
            @Nullable Long tokens,
            @Nullable Long truncated,
            @Nullable Long unscorable,
            @Nullable Double flops,
            @Nullable Boolean sameBits) {}

    /**
     * What the clock said of a contender, on the machine of the run.
     *
     * @param name of the contender
     * @param deviceSeconds time on the device; of a shared pass, the share by FLOPs
     * @param p50Millis median of a request's share of that
     * @param p95Millis its 95th percentile
     * @param p99Millis its 99th percentile
     */
    public record Timing(
            String name,
            @Nullable Double deviceSeconds,
            @Nullable Double p50Millis,
            @Nullable Double p95Millis,
            @Nullable Double p99Millis) {}

    static ReplaySummary of(
            List<Contender> contenders,
            Assembled assembled,
            Quality quality,
            @Nullable Decision decision) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < contenders.size(); i++) {
            Contender contender = contenders.get(i);
            ConfigurationTally tally = assembled.tallies().get(i);
            Map<String, Double> measures = new LinkedHashMap<>();
            for (Measure measure : quality.measures()) {
                measures.put(measure.toString(), quality.evaluations().get(i).mean(measure));
            }
            Cost cost = contender.isScored() ? tally.cost() : null;
            entries.add(
                    new Entry(
                            contender.name(),
                            contender.settings(),
                            measures,
                            quality.difference(i, tally),
                            cost == null ? null : cost.pairs(),
                            cost == null ? null : cost.tokens(),
                            cost == null ? null : cost.truncated(),
                            cost == null ? null : tally.unscorable(),
                            cost == null ? null : cost.flops(),
                            contender.sameBits() ? null : false));
        }
        return new ReplaySummary(
                assembled.requests(),
                assembled.runs().get(0).size(),
                assembled.problemCount(),
                assembled.encodedIds() == 0 ? null : assembled.encodedIds(),
                decision == null ? null : Choice.of(decision, contenders),
                entries);
    }

    static List<Timing> timings(List<Contender> contenders, Assembled assembled) {
        List<Timing> timings = new ArrayList<>();
        for (int i = 0; i < contenders.size(); i++) {
            if (contenders.get(i).isScored()) {
                Cost cost = assembled.tallies().get(i).cost();
                timings.add(
                        new Timing(
                                contenders.get(i).name(),
                                cost.deviceSeconds(),
                                cost.p50Millis(),
                                cost.p95Millis(),
                                cost.p99Millis()));
            }
        }
        return timings;
    }

    public static void write(Object value, Path file) throws IOException {
        Files.writeString(
                file, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n");
    }
}
