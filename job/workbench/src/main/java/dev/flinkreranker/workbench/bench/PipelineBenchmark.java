package dev.flinkreranker.workbench.bench;

import dev.flinkreranker.job.config.DeliveryConfig.Guarantee;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * What the job makes of the model: pairs per second from Kafka to Kafka, exactly once, against the
 * bare model loop over the same pairs, which are tokenized beforehand and batched with all of them
 * in sight. Both run in this process in turn, so that whatever else the machine does hurts both.
 */
@Command(
        name = "pipeline",
        mixinStandardHelpOptions = true,
        description = {
            "The whole job, Kafka to Kafka and exactly once, against the bare model loop."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./rerank bench pipeline",
            "  ./rerank bench pipeline --model /models/v2-m3 --requests 3"
        })
final class PipelineBenchmark extends Benchmark {

    @Mixin private BenchmarkInput input;

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "30",
            description = "How many requests (default: ${DEFAULT-VALUE}).")
    private int requests;

    @Option(
            names = "--candidates",
            paramLabel = "N",
            defaultValue = "20",
            description = "Passages of a request (default: ${DEFAULT-VALUE}).")
    private int candidates;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often both sides score all requests (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Override
    BenchmarkResult measure() throws IOException, InterruptedException {
        ModelReference model = input.model();
        List<TextRequest> texts = TextRequest.of(input.data(), requests, candidates);
        List<Map<String, Object>> rows = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        try (Reranker reranker = Reranker.open(model.path(), model.computeType(), model.device());
                StreamRig rig =
                        new StreamRig(
                                model,
                                StreamRig.defaults(input.maxLength()),
                                Guarantee.EXACTLY_ONCE,
                                1)) {
            BareLoop bare = BareLoop.of(reranker, input.maxLength());
            List<TokenizedPair> pairs =
                    texts.stream().flatMap(request -> bare.tokenize(request).stream()).toList();
            warmUp(bare, pairs, rig, texts);
            for (int round = 1; round <= rounds; round++) {
                double alone = bare.seconds(pairs);
                double job = rig.seconds(texts);
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
    private static void warmUp(
            BareLoop bare, List<TokenizedPair> pairs, StreamRig rig, List<TextRequest> texts)
            throws IOException, InterruptedException {
        bare.seconds(pairs.subList(0, Math.min(pairs.size(), 20)));
        for (TextRequest request : texts.subList(0, Math.min(texts.size(), 5))) {
            rig.seconds(List.of(request));
        }
    }
}
