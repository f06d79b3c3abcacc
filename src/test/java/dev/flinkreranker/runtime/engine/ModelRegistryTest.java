package dev.flinkreranker.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.runtime.model.ScoringSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class ModelRegistryTest {

    private static final ModelReference MODEL =
            new ModelReference("/models/m", ComputeType.AUTO, "cuda");
    private static final ModelReference OTHER =
            new ModelReference("/models/n", ComputeType.AUTO, "cuda");
    private static final Duration BACKOFF = Duration.ofHours(1);

    @Test
    void answersInTheOrderOfAskingAndLoadsOnce() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger loads = new AtomicInteger();
        ModelRegistry registry =
                registry(
                        model -> {
                            loads.incrementAndGet();
                            go.await();
                            return new HashScorer();
                        },
                        System::nanoTime,
                        Duration.ofSeconds(1));
        List<Integer> answered = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch all = new CountDownLatch(10);
        for (int i = 0; i < 10; i++) {
            int asked = i;
            registry.whenReady(
                    MODEL,
                    null,
                    (model, failure) -> {
                        answered.add(asked);
                        all.countDown();
                    });
        }
        go.countDown();
        assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(answered).isSorted();
        assertThat(loads).hasValue(1);
        registry.shutdown();
        registry.release("cuda:0");
    }

    @Test
    void triesAFailedModelAgainAfterABackoffThatDoubles() throws Exception {
        AtomicLong now = new AtomicLong();
        AtomicInteger loads = new AtomicInteger();
        ModelRegistry registry =
                registry(
                        model -> {
                            loads.incrementAndGet();
                            throw new IllegalStateException("no");
                        },
                        now::get,
                        Duration.ofNanos(100));
        List<Integer> after = new ArrayList<>();
        for (long time : new long[] {0, 99, 100, 299, 300, 699, 700}) {
            now.set(time);
            CountDownLatch answered = new CountDownLatch(1);
            registry.whenReady(
                    MODEL,
                    null,
                    (model, failure) -> {
                        assertThat(failure).hasMessage("no");
                        answered.countDown();
                    });
            assertThat(answered.await(60, TimeUnit.SECONDS)).isTrue();
            after.add(loads.get());
        }
        assertThat(after).containsExactly(1, 1, 2, 2, 3, 3, 4);
        registry.shutdown();
    }

    @Test
    void aModelThatArrivesAfterClosingIsReleased() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        HashScorer scorer = new HashScorer();
        ModelRegistry registry =
                registry(
                        model -> {
                            loading.countDown();
                            go.await();
                            return scorer;
                        },
                        System::nanoTime,
                        Duration.ofSeconds(1));
        CountDownLatch refused = new CountDownLatch(2);
        registry.whenReady(MODEL, null, (model, failure) -> countIfClosed(failure, refused));
        assertThat(loading.await(60, TimeUnit.SECONDS)).isTrue();
        registry.shutdown();
        registry.whenReady(MODEL, null, (model, failure) -> countIfClosed(failure, refused));
        go.countDown();
        assertThat(scorer.closed.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(refused.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatWaitsToBeLoadedWhenItIsClosedIsRefused() throws Exception {
        CountDownLatch loading = new CountDownLatch(ModelRegistry.LOADERS);
        CountDownLatch go = new CountDownLatch(1);
        List<ModelReference> opened = Collections.synchronizedList(new ArrayList<>());
        ModelRegistry registry =
                registry(
                        model -> {
                            opened.add(model);
                            loading.countDown();
                            return awaited(go);
                        },
                        System::nanoTime,
                        BACKOFF);
        CountDownLatch refused = new CountDownLatch(ModelRegistry.LOADERS + 1);
        for (int i = 0; i < ModelRegistry.LOADERS; i++) {
            ModelReference busy = new ModelReference("/models/" + i, ComputeType.AUTO, "cuda");
            registry.whenReady(busy, null, (model, failure) -> countIfClosed(failure, refused));
        }
        assertThat(loading.await(60, TimeUnit.SECONDS)).isTrue();
        registry.whenReady(MODEL, null, (model, failure) -> countIfClosed(failure, refused));
        registry.shutdown();
        go.countDown();
        assertThat(registry.awaitEnd(Duration.ofMinutes(1))).isTrue();
        assertThat(refused.getCount()).isZero();
        assertThat(opened).hasSize(ModelRegistry.LOADERS).doesNotContain(MODEL);
    }

    @Test
    void aRequestThatFailsWhenItIsToldDoesNotKeepOthersFromTheModel() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        ModelRegistry registry = registry(model -> awaited(go), System::nanoTime, BACKOFF);
        CountDownLatch told = new CountDownLatch(1);
        registry.whenReady(
                MODEL,
                null,
                (model, failure) -> {
                    throw new IllegalStateException("as the test wants");
                });
        registry.whenReady(MODEL, null, (model, failure) -> told.countDown());
        go.countDown();

        assertThat(told.await(60, TimeUnit.SECONDS)).isTrue();
        registry.shutdown();
    }

    @Test
    void severalModelsAreLoadedSideBySide() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        ModelRegistry registry =
                registry(
                        model -> {
                            both.countDown();
                            return awaited(both);
                        },
                        System::nanoTime,
                        BACKOFF);
        CountDownLatch loaded = new CountDownLatch(2);
        registry.whenReady(MODEL, null, (model, failure) -> loaded.countDown());
        registry.whenReady(OTHER, null, (model, failure) -> loaded.countDown());

        assertThat(loaded.await(60, TimeUnit.SECONDS)).isTrue();
        registry.shutdown();
    }

    @Test
    void deeperLayersAreBroughtByTheLoaderWhileShallowRequestsGoOn() throws Exception {
        LayeredScorer scorer = new LayeredScorer();
        ModelRegistry registry = registry(model -> scorer, System::nanoTime, BACKOFF);
        CompletableFuture<LoadedModel> deep = ask(registry, 6);
        assertThat(scorer.bringing.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(ask(registry, 0).get(60, TimeUnit.SECONDS)).isNotNull();
        assertThat(deep).isNotDone();
        scorer.go.countDown();

        assertThat(deep.get(60, TimeUnit.SECONDS).brought()).isEqualTo(6);
        assertThat(scorer.thread).startsWith("reranker-loader-");
        assertThat(ask(registry, 4)).as("at once: they are there").isCompleted();
        registry.shutdown();
    }

    @Test
    void layersThatCannotBeBroughtFailWhoNeedsThemAndNobodyElse() throws Exception {
        LayeredScorer scorer = new LayeredScorer();
        scorer.go.countDown();
        scorer.lastLayer = 3;
        ModelRegistry registry = registry(model -> scorer, System::nanoTime, BACKOFF);

        assertThat(ask(registry, 6))
                .failsWithin(60, TimeUnit.SECONDS)
                .withThrowableThat()
                .withMessageContaining("no memory for layer 4");
        assertThat(ask(registry, 3).get(60, TimeUnit.SECONDS)).isNotNull();
        assertThat(ask(registry, 5)).as("at once: until the back-off").isCompletedExceptionally();
        registry.shutdown();
    }

    /** A job that is restarted while its model is loaded. */
    @Test
    void theNextEngineTakesOverALoadThatGoesOn() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger loads = new AtomicInteger();
        ModelOpener opener =
                model -> {
                    loads.incrementAndGet();
                    loading.countDown();
                    return awaited(go);
                };
        OrphanedLoads orphans = new OrphanedLoads();
        ModelRegistry first =
                new ModelRegistry(opener, System::nanoTime, BACKOFF, new EngineMeter(), orphans);
        CompletableFuture<LoadedModel> lost = ask(first, 0);
        assertThat(loading.await(60, TimeUnit.SECONDS)).isTrue();
        first.shutdown();

        ModelRegistry second =
                new ModelRegistry(opener, System::nanoTime, BACKOFF, new EngineMeter(), orphans);
        CompletableFuture<LoadedModel> taken = ask(second, 0);
        while (orphans.has(MODEL)) {
            Thread.onSpinWait(); // until the second has taken it
        }
        go.countDown();

        assertThat(taken.get(60, TimeUnit.SECONDS)).isNotNull();
        assertThat(lost).failsWithin(60, TimeUnit.SECONDS);
        assertThat(loads).hasValue(1);
        second.shutdown();
    }

    private static ModelRegistry registry(
            ModelOpener opener, LongSupplier clock, Duration backoff) {
        return new ModelRegistry(opener, clock, backoff, new EngineMeter(), new OrphanedLoads());
    }

    private static HashScorer awaited(CountDownLatch go) throws InterruptedException {
        assertThat(go.await(60, TimeUnit.SECONDS)).isTrue();
        return new HashScorer();
    }

    private static CompletableFuture<LoadedModel> ask(ModelRegistry registry, int layer) {
        CompletableFuture<LoadedModel> asked = new CompletableFuture<>();
        registry.whenReady(
                MODEL,
                layer == 0 ? null : EngineTasks.scoring(layer),
                (model, failure) -> {
                    if (failure == null) {
                        asked.complete(model);
                    } else {
                        asked.completeExceptionally(failure);
                    }
                });
        return asked;
    }

    /** Its layers are brought when the test says so. */
    private static final class LayeredScorer extends HashScorer {
        private final CountDownLatch bringing = new CountDownLatch(1);
        private final CountDownLatch go = new CountDownLatch(1);
        private volatile String thread = "";
        private volatile int lastLayer = Integer.MAX_VALUE;

        @Override
        public int layers(ScoringSettings settings) {
            return settings.cutoffLayers().get(0);
        }

        @Override
        public void bring(int layers) {
            thread = Thread.currentThread().getName();
            bringing.countDown();
            try {
                assertThat(go.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            if (layers > lastLayer) {
                throw new IllegalStateException("no memory for layer " + layers);
            }
        }
    }

    private static void countIfClosed(Throwable failure, CountDownLatch refused) {
        if (failure != null && failure.getMessage().equals("the engine was closed")) {
            refused.countDown();
        }
    }
}
