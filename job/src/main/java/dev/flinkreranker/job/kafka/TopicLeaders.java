package dev.flinkreranker.job.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Waits for the leaders of topics that were just created. Created is what the controller says;
 * brokers know of it a moment later, and metadata names leaders that do not lead yet. Such a one
 * may refuse a producer's first batch and take its second, as no producer is known to it; then it
 * refuses the first as out of order for ever.
 */
public final class TopicLeaders {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private TopicLeaders() {}

    /**
     * Returns when each partition's leader has answered; only a leader knows the end.
     *
     * @throws ExecutionException as the admin client's futures do; with {@link
     *     UnknownTopicOrPartitionException} when a topic is not there after a minute
     */
    public static void await(Admin admin, Collection<TopicPartition> partitions)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        partitions.forEach(partition -> ends.put(partition, OffsetSpec.latest()));
        long giveUpAt = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                admin.listOffsets(ends).all().get();
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
                        || System.nanoTime() > giveUpAt) {
                    throw e;
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while topics were created");
            }
        }
    }
}
