package dev.flinkreranker.runtime.engine;

import static dev.flinkreranker.runtime.engine.EngineTasks.SETTINGS;
import static dev.flinkreranker.runtime.engine.EngineTasks.assertAnswered;
import static dev.flinkreranker.runtime.engine.EngineTasks.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.fault.DeviceMemoryException;
import dev.flinkreranker.runtime.fault.ScoringException;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request's way through the engine. */
class RerankEngineTest {

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void givesEveryPassageItsOwnScoreWhateverFails(long seed) throws Exception {
        Random faults = new Random(seed);
        HashScorer flaky =
                new HashScorer() {
                    @Override
                    public float[][] score(List<TokenizedPair> pairs, ScoringSettings settings) {
                        if (pairs.size() > 4) {
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
            assertThat(known.waitNanos()).isZero();
            assertThat(scorer.pairsScored).hasValue(4);
            RerankTask uncached = task("t", "q", List.of("a"));
            assertAnswered(engine.rerank(uncached).get(), uncached);
            assertThat(scorer.pairsScored).hasValue(5);
            assertThat(engine.counts().cache().hits()).isEqualTo(5);
            assertThat(engine.counts().cache().misses()).isEqualTo(4);
        }
    }

    @Test
    void scoresThatDependOnTheirBatchStayOutOfTheCache() throws Exception {
        HashScorer gpu =
                new HashScorer() {
                    @Override
                    public boolean sameBitsInAnyBatch() {
                        return false;
                    }
                };
        Admission cached = new Admission(1, 1000, Admission.OnOverload.WAIT, true);
        try (RerankEngine engine = RerankEngine.open(SETTINGS, model -> gpu)) {
            RerankTask task = task("t", "q", List.of("a"), null, cached);
            for (int i = 1; i <= 2; i++) {
                assertAnswered(engine.rerank(task).get(), task);
                assertThat(gpu.pairsScored).hasValue(i);
            }
            assertThat(engine.counts().cache().hits()).isZero();
        }
    }
}
