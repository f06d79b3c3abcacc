package dev.flinkreranker.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.runtime.batching.AdmissionLimits;
import dev.flinkreranker.runtime.batching.BatchSettings;
import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import dev.flinkreranker.runtime.fault.DeviceMemoryException;
import dev.flinkreranker.runtime.fault.ScoringException;
import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.runtime.model.HeadSelection;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class RerankEngineTest {

    private static final EngineSettings SETTINGS =
            EngineSettings.ofBatchTokens(256).withTokenizerThreads(2);
    private static final ModelReference MODEL =
            new ModelReference("/models/hash", ComputeType.FLOAT32, "cpu");

    private static RerankTask task(String tenant, String query, List<String> passages) {
        return task(tenant, query, passages, null, Admission.defaults());
    }

    private static RerankTask task(
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

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void givesEveryPassageItsOwnScoreWhateverFails(long seed) throws Exception {
        System.out.println("seed " + seed);
        Random faults = new Random(seed);
        HashScorer flaky =
                new HashScorer() {
                    @Override
                    public float[][] score(List<TokenizedPair> pairs, ScoringSettings settings) {
                        if (pairs.size() > 7) {
                            throw new DeviceMemoryException("too many", null);
                        }
                        if (pairs.size() > 1 && faults.nextInt(10) == 0) {
                            throw new ScoringException("a fault by chance");
                        }
                        return super.score(pairs, settings);
                    }
                };
        Random random = new Random(seed);
        List<RerankTask> tasks = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            List<String> passages = new ArrayList<>();
            int count = 1 + random.nextInt(30);
            for (int p = 0; p < count; p++) {
                passages.add(i + "/" + p + "x".repeat(random.nextInt(100)));
            }
            tasks.add(task("tenant-" + random.nextInt(7), "query " + i, passages));
        }
        RerankEngine engine = RerankEngine.open(SETTINGS, model -> flaky);
        long pairs = 0;
        long deviceNanos = 0;
        try (engine) {
            List<CompletableFuture<RerankOutcome>> outcomes = new ArrayList<>();
            for (int i = 0; i < tasks.size(); i++) {
                outcomes.add(null);
            }
            AtomicInteger next = new AtomicInteger();
            List<Thread> clients = new ArrayList<>();
            for (int c = 0; c < 3; c++) {
                clients.add(
                        new Thread(
                                () -> {
                                    int i;
                                    while ((i = next.getAndIncrement()) < tasks.size()) {
                                        outcomes.set(i, engine.rerank(tasks.get(i)));
                                    }
                                }));
            }
            clients.forEach(Thread::start);
            for (Thread client : clients) {
                client.join();
            }
            for (int i = 0; i < tasks.size(); i++) {
                RerankOutcome.Scored scored = (RerankOutcome.Scored) outcomes.get(i).get();
                assertAnswered(scored, tasks.get(i));
                deviceNanos += scored.deviceNanos();
                pairs += tasks.get(i).passages().size();
            }
            assertThat(flaky.pairsScored.get()).isEqualTo((int) pairs);
            assertThat(flaky.queriesTokenized.get()).isEqualTo(tasks.size());
            EngineCounts counts = engine.counts();
            assertThat(counts.load().inFlightPairs()).isZero();
            assertThat(counts.load().inFlightTokens()).isZero();
            assertThat(counts.load().queuedTokens()).isZero();
            assertThat(counts.faults().memorySplits()).isPositive();
        }
        // Counters run behind futures until every thread has ended.
        assertThat(engine.counts().requests().scored()).isEqualTo(tasks.size());
        assertThat(deviceNanos)
                .as("the requests' shares, each rounded to a nanosecond")
                .isBetween(1L, engine.counts().batches().deviceNanos() + pairs);
    }

    /** Whatever the time it took. */
    private static void assertAnswered(RerankOutcome outcome, RerankTask task) {
        assertThat(outcome)
                .usingRecursiveComparison()
                .ignoringFields("deviceNanos")
                .isEqualTo(expected(task));
    }

    private static RerankOutcome expected(RerankTask task) {
        List<PassageScore> scores = new ArrayList<>();
        long tokens = 0;
        for (String passage : task.passages()) {
            scores.add(new PassageScore.Logits(List.of(HashScorer.scoreOf(task.query(), passage))));
            tokens += HashScorer.pairOf(task.query(), passage).length();
        }
        return new RerankOutcome.Scored(scores, new Usage(scores.size(), tokens, 0, 2 * tokens), 0);
    }

    @Test
    void aPassageThatFailsAloneIsReportedAlone() throws Exception {
        HashScorer scorer =
                new HashScorer() {
                    @Override
                    public float[][] score(List<TokenizedPair> pairs, ScoringSettings settings) {
                        for (TokenizedPair pair : pairs) {
                            if (pair.passageLength() == 3) {
                                throw new ScoringException("this length is not liked");
                            }
                        }
                        float[][] scores = super.score(pairs, settings);
                        for (int i = 0; i < scores.length; i++) {
                            if (pairs.get(i).passageLength() == 4) {
                                scores[i][0] = Float.NaN;
                            } else if (pairs.get(i).passageLength() == 5) {
                                scores[i][0] = Float.NEGATIVE_INFINITY;
                            }
                        }
                        return scores;
                    }
                };
        try (RerankEngine engine = RerankEngine.open(SETTINGS, model -> scorer)) {
            RerankOutcome outcome =
                    engine.rerank(task("t", "q", List.of("aa", "bbb", "cccc", "ddddd", "eeeeee")))
                            .get();
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            RerankOutcome.Scored.class,
                            scored ->
                                    assertThat(scored.scores())
                                            .containsExactly(
                                                    logit("q", "aa"),
                                                    new PassageScore.Unscorable(
                                                            "this length is not liked"),
                                                    new PassageScore.Unscorable(
                                                            "the model gave no finite number"
                                                                    + " for this passage (NaN)"),
                                                    new PassageScore.Unscorable(
                                                            "the model gave no finite number for"
                                                                    + " this passage"
                                                                    + " (-Infinity)"),
                                                    logit("q", "eeeeee")));
        }
    }

    private static PassageScore logit(String query, String passage) {
        return new PassageScore.Logits(List.of(HashScorer.scoreOf(query, passage)));
    }

    @Test
    void endsARequestWhoseTimeoutPassesWhileTheDeviceIsBusy() throws Exception {
        Gate gate = new Gate();
        try (RerankEngine engine = RerankEngine.open(SETTINGS, model -> gate)) {
            CompletableFuture<RerankOutcome> running =
                    engine.rerank(task("t", "q", List.of("first")));
            gate.entered.await();
            CompletableFuture<RerankOutcome> late =
                    engine.rerank(
                            task(
                                    "t",
                                    "q",
                                    List.of("second"),
                                    Duration.ofMillis(20),
                                    Admission.defaults()));
            CompletableFuture<RerankOutcome> cancelled =
                    engine.rerank(task("t", "q", List.of("third")));
            cancelled.cancel(true);
            assertThat(late.get()).isEqualTo(new RerankOutcome.TimedOut());
            gate.open.countDown();
            assertThat(running.get()).isInstanceOf(RerankOutcome.Scored.class);
            RerankTask last = task("t", "q", List.of("last"));
            assertAnswered(engine.rerank(last).get(), last);
            assertThat(gate.pairsScored.get()).isEqualTo(2);
        }
    }

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
            List<CompletableFuture<RerankOutcome>> patient = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                patient.add(engine.rerank(task("patient", "q", three, null, wait)));
            }
            assertThat(engine.counts().load().inFlightPairs()).isLessThanOrEqualTo(6);
            gate.open.countDown();
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

    private static RerankTask impossible() {
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

    @Test
    void onlyABrokenDeviceEndsAFutureExceptionally() throws Exception {
        BrokenDeviceException broken = new BrokenDeviceException("the bus is gone", null);
        List<HashScorer> opened = new CopyOnWriteArrayList<>();
        try (RerankEngine engine = RerankEngine.open(SETTINGS, model -> broken(broken, opened))) {
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

    @Test
    void takesKnownScoresFromTheCacheOfTenantsThatAllowIt() throws Exception {
        HashScorer scorer = new HashScorer();
        Admission cached = new Admission(1, 1000, Admission.OnOverload.WAIT, true);
        try (RerankEngine engine = RerankEngine.open(SETTINGS, model -> scorer)) {
            RerankTask first = task("t", "q", List.of("a", "b", "c"), null, cached);
            assertAnswered(engine.rerank(first).get(), first);
            RerankTask second = task("t", "q", List.of("c", "d", "a"), null, cached);
            assertAnswered(engine.rerank(second).get(), second);
            RerankOutcome.Scored known = (RerankOutcome.Scored) engine.rerank(second).get();
            assertAnswered(known, second);
            assertThat(known.deviceNanos()).isZero();
            assertThat(scorer.pairsScored).hasValue(4);
            RerankTask uncached = task("t", "q", List.of("a"));
            assertAnswered(engine.rerank(uncached).get(), uncached);
            assertThat(scorer.pairsScored).hasValue(5);
            assertThat(engine.counts().cache().hits()).isEqualTo(5);
            assertThat(engine.counts().cache().misses()).isEqualTo(4);
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

    /** Holds its first batch until it is opened. */
    private static final class Gate extends HashScorer {

        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch open = new CountDownLatch(1);

        @Override
        public float[][] score(List<TokenizedPair> pairs, ScoringSettings settings) {
            entered.countDown();
            try {
                assertThat(open.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return super.score(pairs, settings);
        }
    }
}
