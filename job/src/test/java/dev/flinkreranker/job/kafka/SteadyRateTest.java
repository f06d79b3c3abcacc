package dev.flinkreranker.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SteadyRateTest {

    @Test
    void recordsComeNoFasterThanTheRate() {
        SteadyRate rate = new SteadyRate(200);
        long start = System.nanoTime();

        for (int i = 0; i < 100; i++) {
            rate.acquire(1).toCompletableFuture().join();
        }

        // The first goes at once, and a timer is due up to a tick early.
        assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(480));
    }

    @Test
    void theSecondWaitsForItsTurn() {
        SteadyRate rate = new SteadyRate(1);
        rate.acquire(1);

        CompletionStage<Void> second = rate.acquire(1);

        assertThat(second.toCompletableFuture()).isNotDone();
    }
}
