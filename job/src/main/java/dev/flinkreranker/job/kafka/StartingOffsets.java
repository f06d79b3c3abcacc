package dev.flinkreranker.job.kafka;

import java.io.Serial;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a source begins without state. It never lets the consumer reset a position: that would pass
 * over records in silence.
 */
@SuppressWarnings("deprecation") // Kafka's type of the strategy, which the connector still asks for
public final class StartingOffsets implements OffsetsInitializer {

    @Serial private static final long serialVersionUID = 1L;

    private final OffsetsInitializer offsets;

    private StartingOffsets(OffsetsInitializer offsets) {
        this.offsets = offsets;
    }

    /** As another initializer finds them. */
    public static StartingOffsets of(OffsetsInitializer offsets) {
        return new StartingOffsets(offsets);
    }

    /** The group's committed offsets; the earliest where it has none. */
    public static StartingOffsets committed() {
        return new StartingOffsets(new Committed());
    }

    @Override
    public Map<TopicPartition, Long> getPartitionOffsets(
            Collection<TopicPartition> partitions, PartitionOffsetsRetriever retriever) {
        return offsets.getPartitionOffsets(partitions, retriever);
    }

    @Override
    public OffsetResetStrategy getAutoOffsetResetStrategy() {
        return OffsetResetStrategy.NONE;
    }

    private static final class Committed implements OffsetsInitializer {

        @Serial private static final long serialVersionUID = 1L;

        @Override
        public Map<TopicPartition, Long> getPartitionOffsets(
                Collection<TopicPartition> partitions, PartitionOffsetsRetriever retriever) {
            Map<TopicPartition, Long> offsets = new HashMap<>();
            partitions.forEach(
                    partition -> offsets.put(partition, KafkaPartitionSplit.EARLIEST_OFFSET));
            offsets.putAll(retriever.committedOffsets(partitions));
            return offsets;
        }

        @Override
        public OffsetResetStrategy getAutoOffsetResetStrategy() {
            return OffsetResetStrategy.NONE;
        }
    }
}
