package dev.flinkreranker.runtime.engine;

import static dev.flinkreranker.runtime.engine.EngineTasks.SETTINGS;
import static dev.flinkreranker.runtime.engine.EngineTasks.assertAnswered;
import static dev.flinkreranker.runtime.engine.EngineTasks.impossible;
import static dev.flinkreranker.runtime.engine.EngineTasks.task;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Models that cannot be loaded, or cannot do what is asked. */
class EngineModelsTest {

    @Test
    void aModelThatCannotBeLoadedFailsItsRequestsAndIsNotTriedForEach() throws Exception {
        AtomicInteger loads = new AtomicInteger();
        ModelOpener opener =
                model -> {
                    loads.incrementAndGet();
                    throw new IllegalArgumentException("config.json: no such file");
                };
        try (RerankEngine engine =
                RerankEngine.open(SETTINGS.withLoadBackoff(Duration.ofHours(1)), opener)) {
            for (int i = 0; i < 5; i++) {
                assertThat(engine.rerank(task("t", "q", List.of("p"))).get())
                        .isEqualTo(
                                new RerankOutcome.Failed(
                                        "model /models/hash could not be loaded:"
                                                + " config.json: no such file"));
            }
        }
        assertThat(loads).hasValue(1);
    }

    @Test
    void aModelThatCouldNotBeLoadedIsTriedAgainAfterTheBackoff() throws Exception {
        AtomicInteger loads = new AtomicInteger();
        ModelOpener opener =
                model -> {
                    if (loads.incrementAndGet() == 1) {
                        throw new IllegalArgumentException("not there yet");
                    }
                    return new HashScorer();
                };
        try (RerankEngine engine =
                RerankEngine.open(SETTINGS.withLoadBackoff(Duration.ofNanos(1)), opener)) {
            RerankTask task = task("t", "q", List.of("p"));
            assertThat(engine.rerank(task).get()).isInstanceOf(RerankOutcome.Failed.class);
            assertAnswered(engine.rerank(task).get(), task);
        }
    }

    @Test
    void settingsTheModelCannotDoFailTheRequest() throws Exception {
        try (RerankEngine engine = RerankEngine.open(SETTINGS, model -> new HashScorer())) {
            assertThat(engine.rerank(impossible()).get())
                    .isEqualTo(
                            new RerankOutcome.Failed(
                                    "this model has no token compression; leave compressRatio at"
                                            + " 1"));
            // The pairs leave a moment after the outcome.
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (engine.counts().load().inFlightPairs() > 0 && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertThat(engine.counts().load().inFlightPairs()).isZero();
        }
    }
}
