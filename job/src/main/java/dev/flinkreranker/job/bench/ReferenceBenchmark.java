package dev.flinkreranker.job.bench;

import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.SpecialTokens;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.Truncation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * From text to score against the public Python reference: same weights, same pairs, same cores, one
 * after the other. Each side is warmed up, runs several times, and counts with its fastest.
 */
final class ReferenceBenchmark {

    private final PythonReference reference;
    private final List<PairFile.TextPair> pairs;
    private final int repeat;

    ReferenceBenchmark(PythonReference reference, List<PairFile.TextPair> pairs, int repeat) {
        this.reference = reference;
        this.pairs = pairs;
        this.repeat = repeat;
    }

    /**
     * @param ours the number format of this side
     * @param theirs the number format of the reference, float32 or bfloat16
     */
    BenchmarkResult run(ComputeType ours, String theirs) throws IOException, InterruptedException {
        List<Map<String, Object>> rows = new ArrayList<>();
        EngineRun.Result us = ours(ours);
        rows.add(row("flink-reranker", ours.toString().toLowerCase(Locale.ROOT), us));
        PythonReference.Result them = reference.run(pairs, theirs, repeat);
        rows.add(row("reference", theirs, new EngineRun.Result(them.fastest(), them.scores())));
        rows.get(0).put("largest_difference", largestDifference(us.scores(), them.scores()));
        rows.get(1).put("largest_difference", 0.0);
        rows.get(0).put("versions", "");
        rows.get(1).put("versions", them.versions());
        return new BenchmarkResult(
                "reference",
                rows,
                them.fastest() / us.seconds(),
                "times as fast as the reference",
                "see the README's table");
    }

    private EngineRun.Result ours(ComputeType type) {
        TokenizationSettings tokenization =
                new TokenizationSettings(
                        reference.maxLength(),
                        null,
                        reference.kind().equals("cross-encoder")
                                ? Truncation.MODEL_CARD
                                : Truncation.LIBRARY,
                        null,
                        null,
                        null,
                        SpecialTokens.REFERENCE);
        try (RerankEngine engine = RerankEngine.acquire(EngineSettings.defaults())) {
            EngineRun run =
                    new EngineRun(
                            engine,
                            new ModelReference(reference.model().toString(), type, "cpu"),
                            tokenization,
                            ScoringSettings.defaults());
            run.score(pairs.subList(0, Math.min(32, pairs.size()))); // warm-up
            EngineRun.Result fastest = run.score(pairs);
            for (int i = 1; i < repeat; i++) {
                EngineRun.Result next = run.score(pairs);
                fastest = next.seconds() < fastest.seconds() ? next : fastest;
            }
            return fastest;
        }
    }

    private Map<String, Object> row(String side, String type, EngineRun.Result result) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("side", side);
        row.put("type", type);
        row.put("pairs", pairs.size());
        row.put("seconds", result.seconds());
        row.put("pairs_per_second", pairs.size() / result.seconds());
        return row;
    }

    private static double largestDifference(List<Double> ours, List<Double> theirs) {
        double largest = 0;
        for (int i = 0; i < ours.size(); i++) {
            largest = Math.max(largest, Math.abs(ours.get(i) - theirs.get(i)));
        }
        return largest;
    }
}
