package dev.flinkreranker.workbench.bench.subject;

import com.sun.management.OperatingSystemMXBean;
import dev.flinkreranker.runtime.engine.Admission;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.engine.PassageScore;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.runtime.engine.RerankOutcome;
import dev.flinkreranker.runtime.engine.RerankTask;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.workbench.bench.texts.TextPair;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Scores pairs of text through the engine, as the job does, and times it. */
public record EngineRun(
        RerankEngine engine,
        ModelReference model,
        TokenizationSettings tokenization,
        ScoringSettings scoring) {
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /** Pairs of one query that follow each other make one request. */
    public TimedScores score(List<TextPair> pairs) {
        long start = System.nanoTime();
        long processorStart = PROCESS.getProcessCpuTime();
        List<CompletableFuture<RerankOutcome>> futures = new ArrayList<>();
        int first = 0;
        while (first < pairs.size()) {
            int end = first;
            while (end < pairs.size() && pairs.get(end).query().equals(pairs.get(first).query())) {
                end++;
            }
            futures.add(engine.rerank(task(pairs.subList(first, end))));
            first = end;
        }
        List<Double> scores = new ArrayList<>();
        futures.forEach(future -> addScores(future.join(), scores));
        double seconds = (System.nanoTime() - start) / 1e9;
        double processorSeconds = (PROCESS.getProcessCpuTime() - processorStart) / 1e9;
        return new TimedScores(seconds, processorSeconds, scores);
    }

    private RerankTask task(List<TextPair> pairs) {
        return new RerankTask(
                "bench",
                model,
                tokenization,
                scoring,
                pairs.get(0).query(),
                pairs.stream().map(TextPair::passage).toList(),
                null,
                Admission.defaults());
    }

    private static void addScores(RerankOutcome outcome, List<Double> scores) {
        if (!(outcome instanceof RerankOutcome.Scored scored)) {
            throw new IllegalStateException("a request was not scored: " + outcome);
        }
        for (PassageScore score : scored.scores()) {
            if (!(score instanceof PassageScore.Logits logits)) {
                throw new IllegalStateException("a pair was not scored: " + score);
            }
            scores.add((double) logits.deepest());
        }
    }
}
