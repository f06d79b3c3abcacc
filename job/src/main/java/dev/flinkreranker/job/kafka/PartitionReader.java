package dev.flinkreranker.job.kafka;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads the records of a partition between two offsets. */
public final class PartitionReader {

    private static final Duration POLL = Duration.ofMillis(500);

    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final long end;
    private final Duration patience;

    PartitionReader(
            Consumer<byte[], byte[]> consumer,
            TopicPartition partition,
            OffsetRange range,
            Duration patience) {
        this.consumer = consumer;
        this.partition = partition;
        this.end = range.to();
        this.patience = patience;
        consumer.assign(List.of(partition));
        consumer.seek(partition, range.from());
    }

    /** Whether there is nothing more to read before the end. */
    public boolean isDone() {
        return consumer.position(partition) >= end;
    }

    /**
     * The next records in their order. Empty where the broker left out what was at these offsets:
     * compacted, or of a transaction that was aborted.
     *
     * @throws StalledReadException when nothing comes for as long as this reader's patience
     * @throws org.apache.kafka.common.KafkaException as the consumer does
     */
    public List<ConsumerRecord<byte[], byte[]>> next() throws StalledReadException {
        long offset = consumer.position(partition);
        long giveUpAt = System.nanoTime() + patience.toNanos();
        while (true) {
            List<ConsumerRecord<byte[], byte[]>> records = consumer.poll(POLL).records(partition);
            if (consumer.position(partition) > offset) {
                return records.stream().filter(record -> record.offset() < end).toList();
            }
            if (System.nanoTime() > giveUpAt) {
                throw new StalledReadException(partition, offset, end, patience);
            }
        }
    }
}
