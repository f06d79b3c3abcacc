package dev.flinkreranker.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.runtime.model.DeclaredScore;
import dev.flinkreranker.runtime.model.HeadSelection;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What tests ask an engine for, and what {@link HashScorer} makes of it. */
final class EngineTasks {

    static final EngineSettings SETTINGS =
            EngineSettings.ofBatchTokens(256).withTokenizerThreads(2);

    static final ModelReference MODEL =
            new ModelReference("/models/hash", ComputeType.FLOAT32, "cpu");

    private EngineTasks() {}

    static RerankTask task(String tenant, String query, List<String> passages) {
        return task(tenant, query, passages, null, Admission.defaults());
    }

    static RerankTask task(
            String tenant,
            String query,
            List<String> passages,
            Duration timeout,
            Admission admission) {
        return new RerankTask(
                tenant,
                MODEL,
                TokenizationSettings.defaults(),
                ScoringSettings.defaults(),
                query,
                passages,
                timeout,
                admission);
    }

    static ScoringSettings scoring(int cutoffLayer) {
        return new ScoringSettings(
                List.of(cutoffLayer), 1, List.of(), HeadSelection.POSITIONAL, false);
    }

    /** A task whose settings {@link HashScorer} cannot do. */
    static RerankTask impossible() {
        return new RerankTask(
                "t",
                MODEL,
                TokenizationSettings.defaults(),
                new ScoringSettings(List.of(), 2, List.of(1), HeadSelection.POSITIONAL, false),
                "q",
                List.of("p"),
                null,
                Admission.defaults());
    }

    /** The outcome is what {@link HashScorer} makes of the task, whatever the time it took. */
    static void assertAnswered(RerankOutcome outcome, RerankTask task) {
        assertThat(outcome)
                .usingRecursiveComparison()
                .ignoringFields("deviceNanos", "waitNanos")
                .isEqualTo(expected(task));
    }

    private static RerankOutcome expected(RerankTask task) {
        List<PassageScore> scores = new ArrayList<>();
        long tokens = 0;
        for (String passage : task.passages()) {
            scores.add(new PassageScore.Logits(List.of(HashScorer.scoreOf(task.query(), passage))));
            tokens += HashScorer.pairOf(task.query(), passage).length();
        }
        return new RerankOutcome.Scored(
                scores,
                DeclaredScore.RAW,
                "float32",
                new Usage(scores.size(), tokens, 0, 2 * tokens),
                0,
                0);
    }
}
