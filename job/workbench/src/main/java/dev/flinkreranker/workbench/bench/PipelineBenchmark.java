package dev.flinkreranker.workbench.bench;

import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.Reranker;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import dev.flinkreranker.workbench.bench.result.BenchmarkResult;
import dev.flinkreranker.workbench.bench.result.Samples;
import dev.flinkreranker.workbench.bench.subject.BareLoop;
import dev.flinkreranker.workbench.bench.subject.StreamRig;
import dev.flinkreranker.workbench.bench.texts.TextRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the job makes of the model: pairs per second from Kafka to Kafka, exactly once, against the
 * bare model loop over the same pairs, which are tokenized beforehand and batched with all of them
 * in sight. Both run in this process in turn, so that whatever else the machine does hurts both.
 */
final class PipelineBenchmark {

    private final ModelReference model;
    private final int maxLength;
    private final List<TextRequest> requests;

    PipelineBenchmark(ModelReference model, int maxLength, List<TextRequest> requests) {
        this.model = model;
        this.maxLength = maxLength;
        this.requests = List.copyOf(requests);
    }

    /**
     * @param rounds how often both sides score all requests; the median ratio counts
     */
    BenchmarkResult run(int rounds) throws IOException, InterruptedException {
        List<Map<String, Object>> rows = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        try (Reranker reranker = Reranker.open(model.path(), model.computeType(), model.device());
                StreamRig rig =
                        new StreamRig(model, maxLength, StreamRig.Guarantee.EXACTLY_ONCE, 1)) {
            BareLoop bare = BareLoop.of(reranker, maxLength);
            List<TokenizedPair> pairs =
                    requests.stream().flatMap(request -> bare.tokenize(request).stream()).toList();
            warmUp(bare, pairs, rig);
            for (int round = 1; round <= rounds; round++) {
                double alone = bare.seconds(pairs);
                double job = rig.seconds(requests);
                ratios.add(alone / job);
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("round", round);
                row.put("pairs", pairs.size());
                row.put(
                        "tokens_per_pair",
                        pairs.stream().mapToInt(TokenizedPair::length).average().orElseThrow());
                row.put("model_pairs_per_second", pairs.size() / alone);
                row.put("job_pairs_per_second", pairs.size() / job);
                row.put("ratio", alone / job);
                rows.add(row);
            }
        }
        return new BenchmarkResult(
                "pipeline",
                rows,
                Samples.median(ratios),
                "of the bare model loop's throughput, median round",
                "at least 0.95");
    }

    /** Long enough for the job to know what a batch costs. */
    private void warmUp(BareLoop bare, List<TokenizedPair> pairs, StreamRig rig)
            throws IOException, InterruptedException {
        bare.seconds(pairs.subList(0, Math.min(pairs.size(), 20)));
        for (TextRequest request : requests.subList(0, Math.min(requests.size(), 5))) {
            rig.seconds(List.of(request));
        }
    }
}
