package dev.flinkreranker.workbench.bench;

import dev.flinkreranker.job.config.DeliveryConfig.Guarantee;
import dev.flinkreranker.workbench.bench.result.BenchmarkResult;
import dev.flinkreranker.workbench.bench.result.Samples;
import dev.flinkreranker.workbench.bench.subject.StreamRig;
import dev.flinkreranker.workbench.bench.texts.TextRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * What a cascade saves in the whole job: requests per second from Kafka to Kafka, exactly once, of
 * a tenant with stages against one whose every candidate goes through the whole model. Both send
 * the same requests in turn.
 */
@Command(
        name = "stages",
        mixinStandardHelpOptions = true,
        description = {
            "The whole job with a cascade, against the whole model for every candidate."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./rerank bench stages --max-length 256",
            "  ./rerank bench stages --stages '[{candidates: 20}, {cutoff_layers: [4], keep: 3}, {}]'"
        })
final class StagesBenchmark extends Benchmark {

    private static final String WHOLE = "whole";
    private static final String CASCADE = "cascade";

    @Mixin private BenchmarkInput input;

    @Option(
            names = "--stages",
            paramLabel = "YAML",
            defaultValue =
                    "[{candidates: 30, by: first_stage},"
                            + " {cutoff_layers: [4], fusion: z_sum, keep: 5}, {}]",
            description = "A tenant's stages (default: ${DEFAULT-VALUE}).")
    private String stages;

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "6",
            description = "How many requests (default: ${DEFAULT-VALUE}).")
    private int requests;

    @Option(
            names = "--candidates",
            paramLabel = "N",
            defaultValue = "100",
            description = "Passages of a request (default: ${DEFAULT-VALUE}).")
    private int candidates;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often both answer all requests (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Override
    BenchmarkResult measure() throws IOException, InterruptedException {
        List<TextRequest> texts = TextRequest.of(input.data(), requests, candidates);
        String settings =
                StreamRig.defaults(input.maxLength())
                        + "tenants: {%s: {}, %s: {stages: %s}}%n".formatted(WHOLE, CASCADE, stages);
        List<Map<String, Object>> rows = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        try (StreamRig rig = new StreamRig(input.model(), settings, Guarantee.EXACTLY_ONCE, 1)) {
            // So that the job knows what a batch costs.
            rig.seconds(texts.subList(0, 1), WHOLE);
            rig.seconds(texts.subList(0, 1), CASCADE);
            for (int round = 1; round <= rounds; round++) {
                double whole = rig.seconds(texts, WHOLE);
                double cascade = rig.seconds(texts, CASCADE);
                ratios.add(whole / cascade);
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("round", round);
                row.put("whole_requests_per_second", texts.size() / whole);
                row.put("cascade_requests_per_second", texts.size() / cascade);
                row.put("ratio", whole / cascade);
                rows.add(row);
            }
        }
        return new BenchmarkResult(
                "stages",
                rows,
                Samples.median(ratios),
                "times the whole model's requests a second, median round",
                "at least 3.0");
    }
}
