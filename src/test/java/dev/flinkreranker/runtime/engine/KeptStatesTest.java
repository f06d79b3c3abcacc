package dev.flinkreranker.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a task leaves to a deeper one, with the small real model: used, and freed on every path. */
class KeptStatesTest {

    private static final List<String> PASSAGES =
            List.of("stem cells divide", "aspirin inhibits an enzyme", "a mouse");
    private static final ModelReference MODEL =
            new ModelReference(
                    "../tests/models/scifact-minilm-layerwise", ComputeType.FLOAT32, "cpu");

    private final RerankEngine engine =
            RerankEngine.open(EngineSettings.ofBatchTokens(2048), ModelOpener.checkpoints());
    private final ScoringSettings shallow = EngineTasks.scoring(4);
    private final ScoringSettings deep = ScoringSettings.defaults();
    private final KeptStates left = new KeptStates(shallow, deep);

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void aDeeperTaskGoesOnFromThemWithTheSameBitsAndFewerOperations() {
        RerankOutcome.Scored anew = scored(task(deep, PASSAGES));
        RerankOutcome.Scored first = scored(task(shallow, PASSAGES).withStates(null, left));
        assertThat(states().bytes()).isPositive();
        RerankOutcome.Scored resumed = scored(deeper(PASSAGES));

        assertThat(resumed.scores()).isEqualTo(anew.scores());
        assertThat(resumed.usage().tokens()).isEqualTo(anew.usage().tokens());
        // Three of six layers are done; heads count in all.
        assertThat(resumed.usage().flops())
                .isBetween(anew.usage().flops() / 2, anew.usage().flops() * 51 / 100);
        assertThat(first.usage().flops()).isGreaterThan(resumed.usage().flops());
        assertThat(states()).isEqualTo(new EngineCounts.States(0, 3, 0));
    }

    @Test
    void whatIsCutIsFreedAtOnceAndWhatIsNotThereIsComputedWithTheSameUsage() {
        scored(task(shallow, PASSAGES.subList(0, 2)).withStates(null, left));
        RerankOutcome.Scored some = scored(deeper(PASSAGES.subList(1, 3)));
        RerankOutcome.Scored none = scored(deeper(PASSAGES.subList(1, 3)));

        assertThat(states()).isEqualTo(new EngineCounts.States(0, 1, 3));
        assertThat(none.scores()).isEqualTo(some.scores());
        assertThat(none.usage()).isEqualTo(some.usage());
    }

    @Test
    void withoutADeeperTaskTheyAreFreed() {
        scored(task(shallow, PASSAGES).withStates(null, left));
        left.close();
        assertThat(states().bytes()).isZero();

        scored(task(shallow, PASSAGES).withStates(null, left));
        assertThat(states().bytes()).as("left too late").isZero();
    }

    @Test
    void aTaskThatEndsBeforeItIsScoredFreesWhatItTook() throws Exception {
        for (int i = 0; i < 5; i++) {
            KeptStates between = new KeptStates(shallow, deep);
            scored(task(shallow, PASSAGES).withStates(null, between));
            RerankTask next = task(deep, PASSAGES).withStates(between, null);
            CompletableFuture<RerankOutcome> cancelled = engine.rerank(next);
            cancelled.cancel(false);
            RerankOutcome late = engine.rerank(next.withTimeout(Duration.ZERO)).get();
            between.close();
            assertThat(late).isInstanceOf(RerankOutcome.TimedOut.class);
        }
        engine.close();
        assertThat(states().bytes()).isZero();
    }

    @Test
    void theyMayOutliveTheEngine() {
        scored(task(shallow, PASSAGES).withStates(null, left));
        engine.close();
        left.close();
        assertThat(states().bytes()).isZero();
    }

    @Test
    void noOthersAreKept() {
        KeptStates compressing = new KeptStates(shallow, EngineTasks.impossible().scoring());
        scored(task(shallow, PASSAGES).withStates(null, compressing));
        KeptStates shallower = new KeptStates(deep, shallow);
        scored(task(deep, PASSAGES).withStates(null, shallower));

        assertThat(states().bytes()).isZero();
    }

    private RerankTask deeper(List<String> passages) {
        return task(deep, passages).withStates(left, null);
    }

    private static RerankTask task(ScoringSettings scoring, List<String> passages) {
        return new RerankTask(
                "t",
                MODEL,
                TokenizationSettings.defaults(),
                scoring,
                "what is aspirin",
                passages,
                null,
                Admission.defaults());
    }

    private RerankOutcome.Scored scored(RerankTask task) {
        return (RerankOutcome.Scored) engine.rerank(task).join();
    }

    private EngineCounts.States states() {
        return engine.counts().states();
    }
}
