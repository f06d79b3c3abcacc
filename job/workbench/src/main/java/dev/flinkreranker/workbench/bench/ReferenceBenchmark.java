package dev.flinkreranker.workbench.bench;

import dev.flinkreranker.runtime.engine.EngineCounts;
import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.runtime.program.ComputeDevice;
import dev.flinkreranker.runtime.tokenization.SpecialTokens;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.Truncation;
import dev.flinkreranker.workbench.bench.result.BenchmarkResult;
import dev.flinkreranker.workbench.bench.result.Samples;
import dev.flinkreranker.workbench.bench.subject.EngineRun;
import dev.flinkreranker.workbench.bench.subject.PythonReference;
import dev.flinkreranker.workbench.bench.subject.TimedScores;
import dev.flinkreranker.workbench.bench.texts.TextPair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * From text to score against a public Python reference: same weights, same pairs, same cores, in
 * turn. Each side is warmed up first; the median of the rounds' ratios counts.
 */
final class ReferenceBenchmark {

    private static final String CROSS_ENCODER = "cross-encoder";

    private final PythonReference.Settings reference;
    private final List<TextPair> pairs;

    ReferenceBenchmark(PythonReference.Settings reference, List<TextPair> pairs) {
        this.reference = reference;
        this.pairs = List.copyOf(pairs);
    }

    /**
     * @param type the number format of this side
     * @param rounds how often each side scores all pairs
     */
    BenchmarkResult run(ComputeType type, int rounds) throws IOException, InterruptedException {
        List<Map<String, Object>> rows = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        try (PythonReference python = new PythonReference(reference, pairs);
                RerankEngine engine = RerankEngine.acquire(EngineSettings.defaults())) {
            EngineRun ours =
                    new EngineRun(
                            engine,
                            new ModelReference(reference.model().toString(), type, "cpu"),
                            tokenization(),
                            reference.scoring());
            for (int i = 0; i < 3; i++) {
                // Until a model has run three batches the engine keeps them small.
                ours.score(pairs.subList(0, Math.min(4, pairs.size())));
            }
            for (int round = 1; round <= rounds; round++) {
                EngineCounts before = engine.counts();
                TimedScores us = ours.score(pairs);
                EngineCounts after = engine.counts();
                TimedScores them = python.score();
                ratios.add(them.seconds() / us.seconds());
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("round", round);
                row.put("pairs", pairs.size());
                row.put("dtype", type.on(ComputeDevice.CPU).toString().toLowerCase(Locale.ROOT));
                row.put("seconds", us.seconds());
                row.put("reference_dtype", reference.dtype());
                row.put("reference_seconds", them.seconds());
                row.put("times_as_fast", them.seconds() / us.seconds());
                row.put("largest_difference", largestDifference(us.scores(), them.scores()));
                row.put("tokens", after.tokens() - before.tokens());
                row.put("rows", after.paddedTokens() - before.paddedTokens());
                row.put("reference", python.versions());
                rows.add(row);
            }
        }
        return new BenchmarkResult(
                "reference",
                rows,
                Samples.median(ratios),
                "times as fast as " + reference.kind() + ", median round",
                "see the README's table");
    }

    /** As the reference cuts long pairs, and reads control tokens in text. */
    private TokenizationSettings tokenization() {
        return new TokenizationSettings(
                reference.maxLength(),
                null,
                reference.kind().equals(CROSS_ENCODER) ? Truncation.MODEL_CARD : Truncation.LIBRARY,
                null,
                null,
                null,
                SpecialTokens.REFERENCE);
    }

    private static double largestDifference(List<Double> ours, List<Double> theirs) {
        double largest = 0;
        for (int i = 0; i < ours.size(); i++) {
            largest = Math.max(largest, Math.abs(ours.get(i) - theirs.get(i)));
        }
        return largest;
    }
}
