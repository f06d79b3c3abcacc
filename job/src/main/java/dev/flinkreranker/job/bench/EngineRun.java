package dev.flinkreranker.job.bench;

import dev.flinkreranker.runtime.engine.Admission;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.engine.PassageScore;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.runtime.engine.RerankOutcome;
import dev.flinkreranker.runtime.engine.RerankTask;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Scores pairs of text through the engine, as the job does, and times it. */
record EngineRun(
        RerankEngine engine,
        ModelReference model,
        TokenizationSettings tokenization,
        ScoringSettings scoring) {

    /**
     * What a run gave.
     *
     * @param seconds from the first text to the last score
     * @param scores one per pair, in order
     */
    record Result(double seconds, List<Double> scores) {}

    Result score(List<PairFile.TextPair> pairs) {
        long start = System.nanoTime();
        List<CompletableFuture<RerankOutcome>> futures = new ArrayList<>();
        for (PairFile.TextPair pair : pairs) {
            futures.add(
                    engine.rerank(
                            new RerankTask(
                                    "bench",
                                    model,
                                    tokenization,
                                    scoring,
                                    pair.query(),
                                    List.of(pair.passage()),
                                    null,
                                    Admission.defaults())));
        }
        List<Double> scores = new ArrayList<>();
        futures.forEach(future -> scores.add(deepest(future.join())));
        return new Result((System.nanoTime() - start) / 1e9, scores);
    }

    private static double deepest(RerankOutcome outcome) {
        if (outcome instanceof RerankOutcome.Scored scored
                && scored.scores().get(0) instanceof PassageScore.Logits logits) {
            return logits.deepest();
        }
        throw new IllegalStateException("a pair was not scored: " + outcome);
    }
}
