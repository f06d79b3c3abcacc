package dev.flinkreranker.runtime.engine;

import static dev.flinkreranker.runtime.engine.EngineTasks.MODEL;
import static dev.flinkreranker.runtime.engine.EngineTasks.SETTINGS;
import static dev.flinkreranker.runtime.engine.EngineTasks.assertAnswered;
import static dev.flinkreranker.runtime.engine.EngineTasks.scoring;
import static dev.flinkreranker.runtime.engine.EngineTasks.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** One model on several devices. */
class EngineDevicesTest {

    private static final ModelReference ON_GPUS = MODEL.on("cuda:1,cuda:0");
    private static final List<String> PASSAGES =
            Collections.nCopies(40, "a passage that is about forty letters");

    /** A model on one device, which computes when all of its devices have come to a batch. */
    private static class Beside extends HashScorer {

        private final CountDownLatch together;
        private final String format;
        private boolean came;

        Beside(CountDownLatch together, String format) {
            this.together = together;
            this.format = format;
        }

        @Override
        public String format() {
            return format;
        }

        @Override
        public int sharedLayers(ScoringSettings earlier, ScoringSettings later) {
            return 3;
        }

        @Override
        public long flops(TokenizedPair pair, ScoringSettings settings, int done) {
            return flops(pair, settings) / (done + 1);
        }

        @Override
        public float[][] score(List<TokenizedPair> pairs, ScoringSettings settings) {
            if (!came) {
                came = true;
                together.countDown();
                try {
                    assertThat(together.await(60, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            return super.score(pairs, settings);
        }
    }

    private static RerankTask on(ModelReference model, RerankTask task) {
        return new RerankTask(
                task.tenant(),
                model,
                task.tokenization(),
                task.scoring(),
                task.query(),
                task.passages(),
                null,
                task.admission());
    }

    @Test
    void whicheverDeviceIsFreeRunsTheNextBatchOfTheModel() throws Exception {
        Map<String, Beside> opened = new ConcurrentHashMap<>();
        CountDownLatch together = new CountDownLatch(2);
        RerankEngine engine =
                RerankEngine.open(
                        SETTINGS,
                        model ->
                                opened.computeIfAbsent(
                                        model.device(), d -> new Beside(together, "float32")));
        try (engine) {
            List<RerankTask> tasks = new ArrayList<>();
            List<CompletableFuture<RerankOutcome>> outcomes = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                tasks.add(on(ON_GPUS, task("t" + i % 3, "query " + i, PASSAGES)));
                outcomes.add(engine.rerank(tasks.get(i)));
            }
            for (int i = 0; i < 20; i++) {
                assertAnswered(outcomes.get(i).get(), tasks.get(i));
            }
            assertThat(opened.keySet()).containsExactlyInAnyOrder("cuda:0", "cuda:1");
            assertThat(opened.values().stream().mapToInt(model -> model.pairsScored.get()).sum())
                    .isEqualTo(20 * PASSAGES.size());
            assertThat(opened.values()).allMatch(model -> model.pairsScored.get() > 0);
        }
        assertThat(opened.values()).allMatch(model -> model.closed.getCount() == 0);
    }

    @Test
    void devicesOfTheCpuShareOneCopyOfTheModel() throws Exception {
        Map<String, Beside> opened = new ConcurrentHashMap<>();
        RerankTask task = on(MODEL.on("cpu:0,cpu:1"), task("t", "q", PASSAGES));
        RerankEngine engine =
                RerankEngine.open(
                        SETTINGS,
                        model ->
                                opened.computeIfAbsent(
                                        model.device(),
                                        d -> new Beside(new CountDownLatch(1), "float32")));
        try (engine) {
            assertAnswered(engine.rerank(task).get(), task);
        }
        assertThat(opened).containsOnlyKeys("cpu:0,cpu:1");
        assertThat(opened.get("cpu:0,cpu:1").closed.getCount()).isZero();
    }

    @Test
    void devicesThatComputeInDifferentFormatsAreRefusedAndReleased() throws Exception {
        Map<String, Beside> opened = new ConcurrentHashMap<>();
        ModelOpener opener =
                model ->
                        opened.computeIfAbsent(
                                model.device(),
                                d ->
                                        new Beside(
                                                new CountDownLatch(1),
                                                d.equals("cuda:0") ? "bfloat16" : "float16"));
        try (RerankEngine engine = RerankEngine.open(SETTINGS, opener)) {
            assertThat(engine.rerank(on(ON_GPUS, task("t", "q", PASSAGES))).get())
                    .isEqualTo(
                            new RerankOutcome.Failed(
                                    "model /models/hash could not be loaded: devices cuda:0,cuda:1"
                                            + " compute in different formats, bfloat16 and float16;"
                                            + " name a dtype"));
        }
        assertThat(opened).hasSize(2);
        assertThat(opened.values()).allMatch(model -> model.closed.getCount() == 0);
    }

    @Test
    void aModelOnPartOfAnothersDevicesIsRefused() throws Exception {
        try (RerankEngine engine = RerankEngine.open(SETTINGS, model -> new HashScorer())) {
            RerankTask task = on(ON_GPUS, task("t", "q", List.of("p")));
            assertAnswered(engine.rerank(task).get(), task);
            assertThat(engine.rerank(on(MODEL.on("cuda:1"), task)).get())
                    .isEqualTo(
                            new RerankOutcome.Failed(
                                    "device \"cuda:1\" has a device of \"cuda:0,cuda:1\", where other"
                                            + " models run; give models the same list, or lists"
                                            + " without a common device"));
        }
    }

    @Test
    void aLostDeviceEndsTheModelOnAll() throws Exception {
        BrokenDeviceException lost = new BrokenDeviceException("the bus is gone", null);
        Map<String, HashScorer> opened = new ConcurrentHashMap<>();
        ModelOpener opener =
                model ->
                        opened.computeIfAbsent(
                                model.device(),
                                device ->
                                        new HashScorer() {
                                            @Override
                                            public float[][] score(
                                                    List<TokenizedPair> pairs,
                                                    ScoringSettings settings) {
                                                if (device.equals("cuda:1")) {
                                                    throw lost;
                                                }
                                                return super.score(pairs, settings);
                                            }
                                        });
        try (RerankEngine engine = RerankEngine.open(SETTINGS, opener)) {
            List<CompletableFuture<RerankOutcome>> outcomes = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                outcomes.add(engine.rerank(on(ON_GPUS, task("t", "q" + i, PASSAGES))));
            }
            assertThatThrownBy(outcomes.get(19)::get).hasCause(lost);
            for (HashScorer model : opened.values()) {
                assertThat(model.closed.await(10, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Test
    void severalGpusKeepNoStatesAndTellTheSameUsage() throws Exception {
        ScoringSettings shallow = scoring(3);
        List<Usage> usage = new ArrayList<>();
        for (String device : List.of("cuda:0", "cuda:0,cuda:1")) {
            CountDownLatch alone = new CountDownLatch(1);
            RerankEngine engine =
                    RerankEngine.open(SETTINGS, model -> new Beside(alone, "float32"));
            try (engine;
                    KeptStates kept = new KeptStates(shallow, ScoringSettings.defaults())) {
                RerankTask first =
                        on(MODEL.on(device), task("t", "q", PASSAGES)).withScoring(shallow);
                engine.rerank(first.withStates(null, kept)).get();
                RerankTask next = first.withScoring(ScoringSettings.defaults());
                RerankOutcome outcome = engine.rerank(next.withStates(kept, null)).get();

                usage.add(((RerankOutcome.Scored) outcome).usage());
                for (int i = 0; i < 30; i++) {
                    engine.rerank(first).get();
                    engine.rerank(next).get();
                }
                RerankTask deeper = next.withStates(kept, null);
                assertThat(engine.secondsUntilScored(List.of(first, deeper)).isPresent())
                        .as("known on %s", device)
                        .isEqualTo(device.contains(","));
            }
            assertThat(engine.counts().states().recomputed()).isEqualTo(PASSAGES.size());
        }
        assertThat(usage.get(1)).isEqualTo(usage.get(0));
        assertThat(usage.get(0).flops()).isPositive();
    }
}
