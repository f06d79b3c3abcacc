package dev.flinkreranker.job.kafka;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiter;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;

/**
 * So many records a second, evenly, for one reader. Flink's own limiter keeps a thread that
 * outlives the reader, and with it the job's classes.
 */
final class SteadyRate implements RateLimiter<KafkaPartitionSplit> {

    /** Timers are no finer; what is due within it goes at once. */
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final double nanosPerRecord;
    private long due = System.nanoTime();

    SteadyRate(double recordsPerSecond) {
        this.nanosPerRecord = TimeUnit.SECONDS.toNanos(1) / recordsPerSecond;
    }

    @Override
    public CompletionStage<Void> acquire(int records) {
        long now = System.nanoTime();
        long wait = Math.max(0, due - now);
        due = now + wait + Math.round(records * nanosPerRecord);
        return wait < TICK_NANOS
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.runAsync(
                        () -> {}, CompletableFuture.delayedExecutor(wait, TimeUnit.NANOSECONDS));
    }
}
