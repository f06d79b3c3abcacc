package dev.flinkreranker.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.model.ComputeType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ModelRegistryTest {

    private static final ModelReference MODEL =
            new ModelReference("/models/m", ComputeType.AUTO, "cuda");

    @Test
    void answersInTheOrderOfAskingAndLoadsOnce() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger loads = new AtomicInteger();
        ModelRegistry registry =
                new ModelRegistry(
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
            registry.whenLoaded(
                    MODEL,
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
                new ModelRegistry(
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
            registry.whenLoaded(
                    MODEL,
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
                new ModelRegistry(
                        model -> {
                            loading.countDown();
                            go.await();
                            return scorer;
                        },
                        System::nanoTime,
                        Duration.ofSeconds(1));
        CountDownLatch refused = new CountDownLatch(2);
        registry.whenLoaded(MODEL, (model, failure) -> countIfClosed(failure, refused));
        assertThat(loading.await(60, TimeUnit.SECONDS)).isTrue();
        registry.shutdown();
        registry.whenLoaded(MODEL, (model, failure) -> countIfClosed(failure, refused));
        go.countDown();
        assertThat(scorer.closed.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(refused.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatWaitsToBeLoadedWhenItIsClosedIsRefused() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        List<ModelReference> opened = Collections.synchronizedList(new ArrayList<>());
        ModelRegistry registry =
                new ModelRegistry(
                        model -> {
                            opened.add(model);
                            loading.countDown();
                            go.await();
                            return new HashScorer();
                        },
                        System::nanoTime,
                        Duration.ofSeconds(1));
        CountDownLatch refused = new CountDownLatch(2);
        ModelReference other = new ModelReference("/models/n", ComputeType.AUTO, "cuda");
        registry.whenLoaded(MODEL, (model, failure) -> countIfClosed(failure, refused));
        registry.whenLoaded(other, (model, failure) -> countIfClosed(failure, refused));
        assertThat(loading.await(60, TimeUnit.SECONDS)).isTrue();
        registry.shutdown();
        go.countDown();
        assertThat(registry.awaitEnd(Duration.ofMinutes(1))).isTrue();
        assertThat(refused.getCount()).isZero();
        assertThat(opened).containsExactly(MODEL);
    }

    private static void countIfClosed(Throwable failure, CountDownLatch refused) {
        if (failure != null && failure.getMessage().equals("the engine was closed")) {
            refused.countDown();
        }
    }
}
