package dev.flinkreranker.workbench.bench;

import dev.flinkreranker.job.config.DeliveryConfig.Guarantee;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.Reranker;
import dev.flinkreranker.workbench.bench.result.BenchmarkResult;
import dev.flinkreranker.workbench.bench.result.Samples;
import dev.flinkreranker.workbench.bench.subject.BareLoop;
import dev.flinkreranker.workbench.bench.subject.StreamRig;
import dev.flinkreranker.workbench.bench.texts.TextRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * How long one request takes in an idle job, from the moment its record is sent until its result is
 * read, against tokenization and one forward pass of the same request. At least once, since with
 * exactly once the checkpoints' interval would hide everything else. The sides take turns.
 */
@Command(
        name = "latency",
        mixinStandardHelpOptions = true,
        description = {"One request in an idle job against tokenization and a forward pass."},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./rerank bench latency",
            "  ./rerank bench latency --model /models/v2-m3 --requests 5"
        })
final class LatencyBenchmark extends Benchmark {
    private static final int WARM_UP = 5;

    @Mixin private BenchmarkInput input;

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many requests (default: ${DEFAULT-VALUE}).")
    private int requests;

    @Option(
            names = "--candidates",
            paramLabel = "N",
            defaultValue = "20",
            description = "Passages of a request (default: ${DEFAULT-VALUE}).")
    private int candidates;

    @Override
    BenchmarkResult measure() throws IOException, InterruptedException {
        ModelReference model = input.model();
        List<TextRequest> texts = TextRequest.of(input.data(), requests, candidates);
        List<Double> alone = new ArrayList<>();
        List<Double> job = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        try (Reranker reranker = Reranker.open(model.path(), model.computeType(), model.device());
                StreamRig rig =
                        new StreamRig(
                                model,
                                StreamRig.defaults(input.maxLength()),
                                Guarantee.AT_LEAST_ONCE,
                                1)) {
            BareLoop bare = BareLoop.of(reranker, input.maxLength());
            for (int i = -WARM_UP; i < requests; i++) {
                TextRequest request = texts.get(Math.floorMod(i, requests));
                double bareLoop = bare.seconds(request);
                double answer = rig.seconds(List.of(request));
                if (i >= 0) {
                    alone.add(bareLoop);
                    job.add(answer);
                    ratios.add(answer / bareLoop);
                }
            }
        }
        return new BenchmarkResult(
                "latency",
                List.of(
                        row("tokenization and forward pass", texts, alone),
                        row("idle job", texts, job)),
                Samples.median(ratios),
                "times tokenization and forward pass, median request",
                "at most 1.2");
    }

    private static Map<String, Object> row(
            String side, List<TextRequest> texts, List<Double> seconds) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("side", side);
        row.put("requests", seconds.size());
        row.put("candidates", texts.get(0).passages().size());
        row.put("median_ms", Samples.median(seconds) * 1e3);
        row.put("fastest_ms", Collections.min(seconds) * 1e3);
        row.put("slowest_ms", Collections.max(seconds) * 1e3);
        return row;
    }
}
