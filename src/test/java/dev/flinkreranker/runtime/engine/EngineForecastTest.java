package dev.flinkreranker.runtime.engine;

import static dev.flinkreranker.runtime.engine.EngineTasks.MODEL;
import static dev.flinkreranker.runtime.engine.EngineTasks.SETTINGS;
import static dev.flinkreranker.runtime.engine.EngineTasks.scoring;
import static dev.flinkreranker.runtime.engine.EngineTasks.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What an engine predicts of a request that came now. */
class EngineForecastTest {

    /** A device that can be stopped. */
    private static final class Tap extends HashScorer {

        private volatile CountDownLatch open = new CountDownLatch(0);

        @Override
        public float[][] score(List<TokenizedPair> pairs, ScoringSettings settings) {
            try {
                open.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return super.score(pairs, settings);
        }
    }

    private static List<String> passages(int count) {
        return Collections.nCopies(count, "a passage of some length");
    }

    @Test
    void knowsNothingUntilTheModelHasRunThatWay() throws Exception {
        RerankTask task = task("t", "q", passages(5));
        try (RerankEngine engine = RerankEngine.open(SETTINGS, model -> new HashScorer())) {
            assertThat(engine.secondsUntilScored(List.of(task))).isEmpty();
            engine.load(MODEL).get();
            assertThat(engine.secondsUntilScored(List.of(task))).isEmpty();
            learn(engine);

            assertThat(engine.secondsUntilScored(List.of(task))).isPresent();
            assertThat(engine.secondsUntilScored(List.of(task.withScoring(scoring(1))))).isEmpty();
            assertThat(engine.secondsUntilScored(List.of(task, task.withScoring(scoring(1)))))
                    .isEmpty();
        }
    }

    @Test
    void countsAllThatWaitsAndNothingThatIsGone() throws Exception {
        Tap tap = new Tap();
        Admission narrow = new Admission(1, 50, Admission.OnOverload.WAIT, false);
        List<RerankTask> one = List.of(task("t", "q", passages(1)));
        try (RerankEngine engine = RerankEngine.open(SETTINGS, model -> tap)) {
            learn(engine);
            double alone = engine.secondsUntilScored(one).orElseThrow();
            tap.open = new CountDownLatch(1);
            CompletableFuture<RerankOutcome> first = engine.rerank(task("t", "q", passages(50)));
            // Beyond the tenant's limit, so that they wait untokenized.
            List<CompletableFuture<RerankOutcome>> waiting =
                    Collections.nCopies(20, task("t", "q", passages(50), null, narrow)).stream()
                            .map(engine::rerank)
                            .toList();

            double behind = engine.secondsUntilScored(one).orElseThrow();
            assertThat(behind).isGreaterThan(500 * alone);

            waiting.forEach(outcome -> outcome.cancel(true));
            assertThat(engine.secondsUntilScored(one).orElseThrow()).isLessThan(behind / 5);
            tap.open.countDown();
            first.get();
        }
    }

    /** Batches enough for the cost of the usual task. */
    private static void learn(RerankEngine engine) throws Exception {
        for (int i = 0; i < 20; i++) {
            engine.rerank(task("t", "q", passages(i + 1))).get();
        }
    }
}
