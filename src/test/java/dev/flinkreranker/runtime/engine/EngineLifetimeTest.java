package dev.flinkreranker.runtime.engine;

import static dev.flinkreranker.runtime.engine.EngineTasks.MODEL;
import static dev.flinkreranker.runtime.engine.EngineTasks.SETTINGS;
import static dev.flinkreranker.runtime.engine.EngineTasks.assertAnswered;
import static dev.flinkreranker.runtime.engine.EngineTasks.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Handles, closing, and devices that are lost. */
class EngineLifetimeTest {

    @Test
    void onlyABrokenDeviceEndsAFutureExceptionally() throws Exception {
        BrokenDeviceException broken = new BrokenDeviceException("the bus is gone", null);
        List<HashScorer> opened = new CopyOnWriteArrayList<>();
        RerankEngine engine = RerankEngine.open(SETTINGS, model -> broken(broken, opened));
        try (engine) {
            for (int i = 0; i < 2; i++) {
                CompletableFuture<RerankOutcome> outcome =
                        engine.rerank(task("t", "q", List.of("p", "p2")));
                assertThatThrownBy(outcome::get)
                        .isInstanceOf(ExecutionException.class)
                        .hasCause(broken);
                // Released with its device, so that the second request loads it again.
                assertThat(opened.get(0).closed.await(10, TimeUnit.SECONDS)).isTrue();
            }
        }
        assertThat(opened).hasSize(2).allMatch(scorer -> scorer.closed.getCount() == 0);
        assertThat(engine.counts().requests().broken()).isEqualTo(2);
        assertThat(engine.counts().requests().failed()).isZero();
    }

    @Test
    void countsRequestsThatNobodyWantsAnyMore() throws Exception {
        Gate gate = new Gate();
        RerankEngine engine = RerankEngine.open(SETTINGS, model -> gate);
        try (engine) {
            engine.rerank(task("t", "q", List.of("running")));
            gate.entered.await();
            engine.rerank(task("t", "q", List.of("waiting"))).cancel(true);
            new Thread(gate.open::countDown).start();
        }
        EngineCounts.Requests requests = engine.counts().requests();
        assertThat(requests.cancelled() + requests.scored()).isEqualTo(2);
        assertThat(requests.cancelled()).isPositive();
        assertThat(requests.failed()).isZero();
    }

    @Test
    void whoeverStartsAgainAfterALostDeviceGetsAnEngineThatWorks() throws Exception {
        List<HashScorer> opened = new CopyOnWriteArrayList<>();
        BrokenDeviceException lost = new BrokenDeviceException("the bus is gone", null);
        RerankTask task = task("t", "q", List.of("p"));
        HashScorer healthy = new HashScorer();
        try (RerankEngine idle = RerankEngine.acquire(SETTINGS, model -> broken(lost, opened))) {
            RerankEngine failed = RerankEngine.acquire(SETTINGS, model -> healthy);
            assertThatThrownBy(() -> failed.rerank(task).get()).hasCause(lost);
            // At once: the outcome must not be known before the engine counts as broken.
            RerankEngine restarted = RerankEngine.acquire(SETTINGS, model -> healthy);
            failed.close();
            assertAnswered(restarted.rerank(task).get(), task);
            assertThatThrownBy(() -> idle.rerank(task).get()).hasCause(lost);
            restarted.close();
            assertThat(healthy.closed.getCount()).isZero();
        }
        assertThat(opened).isNotEmpty().allMatch(scorer -> scorer.closed.getCount() == 0);
        HashScorer next = new HashScorer();
        try (RerankEngine last = RerankEngine.acquire(SETTINGS, model -> next)) {
            assertAnswered(last.rerank(task).get(), task);
        }
    }

    private static HashScorer broken(BrokenDeviceException cause, List<HashScorer> opened) {
        HashScorer scorer =
                new HashScorer() {
                    @Override
                    public float[][] score(List<TokenizedPair> pairs, ScoringSettings settings) {
                        throw cause;
                    }
                };
        opened.add(scorer);
        return scorer;
    }

    @Test
    void handlesShareOneModelUntilTheLastIsClosed() throws Exception {
        AtomicInteger loads = new AtomicInteger();
        HashScorer scorer = new HashScorer();
        ModelOpener opener =
                model -> {
                    loads.incrementAndGet();
                    return scorer;
                };
        RerankTask task = task("t", "q", List.of("p"));
        RerankEngine one = RerankEngine.acquire(SETTINGS, opener);
        RerankEngine two = RerankEngine.acquire(SETTINGS, opener);
        assertAnswered(one.rerank(task).get(), task);
        assertAnswered(two.rerank(task).get(), task);
        assertThat(loads).hasValue(1);
        one.close();
        one.close();
        assertThat(one.rerank(task).get()).isInstanceOf(RerankOutcome.Failed.class);
        assertAnswered(two.rerank(task).get(), task);
        two.close();
        assertThat(scorer.closed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void closingEndsRequestsAndLeavesNoThread() throws Exception {
        Gate gate = new Gate();
        RerankEngine engine = RerankEngine.open(SETTINGS, model -> gate);
        CompletableFuture<RerankOutcome> running = engine.rerank(task("t", "q", List.of("p")));
        gate.entered.await();
        CompletableFuture<RerankOutcome> queued = engine.rerank(task("t", "q", List.of("p")));
        Thread closer = new Thread(engine::close);
        closer.start();
        assertThat(running.get()).isInstanceOf(RerankOutcome.Failed.class);
        assertThat(queued.get()).isInstanceOf(RerankOutcome.Failed.class);
        assertThat(gate.closed.getCount()).as("released while a batch runs").isOne();
        gate.open.countDown();
        closer.join();
        assertThat(gate.closed.getCount()).isZero();
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(Thread::isAlive)
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("reranker-tokenizer"))
                .noneMatch(name -> name.startsWith("reranker-device"));
    }

    @Test
    void closingWaitsForAModelThatIsBeingLoaded() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        HashScorer scorer = new HashScorer();
        RerankEngine engine =
                RerankEngine.open(
                        SETTINGS,
                        model -> {
                            loading.countDown();
                            go.await();
                            return scorer;
                        });
        engine.load(MODEL);
        loading.await();
        Thread closer = new Thread(engine::close);
        closer.start();
        while (closer.isAlive()
                && (closer.getState() != Thread.State.TIMED_WAITING || isTokenizing())) {
            Thread.onSpinWait();
        }
        assertThat(closer.isAlive()).isTrue();
        go.countDown();
        closer.join();
        assertThat(scorer.closed.getCount()).isZero();
    }

    private static boolean isTokenizing() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().startsWith("reranker-tokenizer"));
    }
}
