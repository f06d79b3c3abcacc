package dev.flinkreranker.runtime.engine;

import static dev.flinkreranker.runtime.engine.EngineTasks.SETTINGS;
import static dev.flinkreranker.runtime.engine.EngineTasks.assertAnswered;
import static dev.flinkreranker.runtime.engine.EngineTasks.impossible;
import static dev.flinkreranker.runtime.engine.EngineTasks.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.batching.AdmissionLimits;
import dev.flinkreranker.runtime.batching.BatchSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What may be under way at once. */
class EngineAdmissionTest {

    @Test
    void throttlesATenantBeyondItsLimitAndLetsAnotherWait() throws Exception {
        Gate gate = new Gate();
        Admission throttle = new Admission(1, 5, Admission.OnOverload.THROTTLE, false);
        Admission wait = new Admission(1, 5, Admission.OnOverload.WAIT, false);
        List<String> three = List.of("a", "b", "c");
        try (RerankEngine engine = RerankEngine.open(SETTINGS, model -> gate)) {
            CompletableFuture<RerankOutcome> first =
                    engine.rerank(task("hasty", "q", three, null, throttle));
            gate.entered.await();
            CompletableFuture<RerankOutcome> refused =
                    engine.rerank(task("hasty", "q", three, null, throttle));
            assertThat(refused.get()).isEqualTo(new RerankOutcome.Throttled());
            RerankTask next =
                    task("hasty", "q", three, null, throttle).withSince(System.nanoTime());
            CompletableFuture<RerankOutcome> goesOn = engine.rerank(next);
            List<CompletableFuture<RerankOutcome>> patient = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                patient.add(engine.rerank(task("patient", "q", three, null, wait)));
            }
            assertThat(engine.counts().load().inFlightPairs()).isLessThanOrEqualTo(9);
            gate.open.countDown();
            assertAnswered(goesOn.get(), next);
            for (CompletableFuture<RerankOutcome> outcome : patient) {
                assertThat(outcome.get()).isInstanceOf(RerankOutcome.Scored.class);
            }
            assertThat(first.get()).isInstanceOf(RerankOutcome.Scored.class);
            // What ended counts no more.
            RerankTask again = task("hasty", "q", three, null, throttle);
            assertAnswered(engine.rerank(again).get(), again);
        }
    }

    @Test
    void aCancelledRequestLetsTheNextOfItsTenantStart() throws Exception {
        Gate gate = new Gate();
        Admission five = new Admission(1, 5, Admission.OnOverload.WAIT, false);
        try (RerankEngine engine = RerankEngine.open(SETTINGS, model -> gate)) {
            engine.rerank(task("t", "q", List.of("a", "b", "c"), null, five));
            gate.entered.await();
            CompletableFuture<RerankOutcome> tooLarge =
                    engine.rerank(task("t", "q", List.of("a", "b", "c", "d"), null, five));
            CompletableFuture<RerankOutcome> fits =
                    engine.rerank(task("t", "q", List.of("a", "b"), null, five));
            assertThat(engine.counts().load().waitingRequests()).isEqualTo(2);
            tooLarge.cancel(true);
            // The device is held: nothing but the cancellation can have let it start.
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (engine.counts().load().inFlightPairs() < 5 && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertThat(engine.counts().load().inFlightPairs()).isEqualTo(5);
            gate.open.countDown();
            assertThat(fits.get()).isInstanceOf(RerankOutcome.Scored.class);
        }
    }

    @Test
    void neverHoldsMoreThanItsLimitsAllow() throws Exception {
        Gate gate = new Gate();
        EngineSettings tight =
                SETTINGS.withBatch(BatchSettings.ofTokens(64))
                        .withLimits(new AdmissionLimits(10, 1 << 20, 1 << 20, 1));
        List<CompletableFuture<RerankOutcome>> outcomes = new ArrayList<>();
        try (RerankEngine engine = RerankEngine.open(tight, model -> gate)) {
            engine.rerank(impossible()).get(); // loads the model, so that the rest comes at once
            for (int i = 0; i < 50; i++) {
                outcomes.add(engine.rerank(task("t" + i % 3, "q", List.of("a", "b", "c", "d"))));
            }
            gate.entered.await();
            EngineCounts counts = engine.counts();
            assertThat(counts.load().inFlightPairs()).isLessThan(10 + 4);
            assertThat(counts.load().waitingRequests()).isGreaterThan(40);
            gate.open.countDown();
            for (CompletableFuture<RerankOutcome> outcome : outcomes) {
                assertThat(outcome.get()).isInstanceOf(RerankOutcome.Scored.class);
            }
        }
    }
}
