package dev.flinkreranker.workbench.bench;

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

/**
 * How long one request takes in an idle job, from the moment its record is sent until its result is
 * read, against tokenization and one forward pass of the same request. At least once, since with
 * exactly once the checkpoints' interval would hide everything else. The sides take turns.
 */
final class LatencyBenchmark {

    private static final int WARM_UP = 5;

    private final ModelReference model;
    private final int maxLength;
    private final List<TextRequest> requests;

    LatencyBenchmark(ModelReference model, int maxLength, List<TextRequest> requests) {
        this.model = model;
        this.maxLength = maxLength;
        this.requests = List.copyOf(requests);
    }

    BenchmarkResult run() throws IOException, InterruptedException {
        List<Double> alone = new ArrayList<>();
        List<Double> job = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        try (Reranker reranker = Reranker.open(model.path(), model.computeType(), model.device());
                StreamRig rig =
                        new StreamRig(model, maxLength, StreamRig.Guarantee.AT_LEAST_ONCE, 1)) {
            BareLoop bare = BareLoop.of(reranker, maxLength);
            for (int i = -WARM_UP; i < requests.size(); i++) {
                TextRequest request = requests.get(Math.floorMod(i, requests.size()));
                double model = bare.seconds(request);
                double answer = rig.seconds(List.of(request));
                if (i >= 0) {
                    alone.add(model);
                    job.add(answer);
                    ratios.add(answer / model);
                }
            }
        }
        return new BenchmarkResult(
                "latency",
                List.of(row("tokenization and forward pass", alone), row("idle job", job)),
                Samples.median(ratios),
                "times tokenization and forward pass, median request",
                "at most 1.2");
    }

    private Map<String, Object> row(String side, List<Double> seconds) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("side", side);
        row.put("requests", seconds.size());
        row.put("candidates", requests.get(0).passages().size());
        row.put("median_ms", Samples.median(seconds) * 1e3);
        row.put("fastest_ms", Collections.min(seconds) * 1e3);
        row.put("slowest_ms", Collections.max(seconds) * 1e3);
        return row;
    }
}
