package dev.flinkreranker.job.kafka;

import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees whether a topic still keeps what a position wants to read next: retention may have taken it
 * during an outage, or the topic was made anew. What is missing is said, counted, and passed over
 * as the reset has it.
 *
 * <p>A position that falls out of the topic while it is read is the consumer's to notice; it fails
 * the task, and the restart comes by here.
 */
public final class KeptOffsets implements Serializable {

    /** The counter of offsets that a position wanted to read and the topic no longer has. */
    public static final String METRIC = "missingOffsets";

    @Serial private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(KeptOffsets.class);
    private static final String PATIENCE_MS = "20000";

    private final Properties client;
    private final Reset reset;

    /** Where to go on when the next record is missing; Kafka's {@code auto.offset.reset}. */
    public enum Reset {
        /** At the first record there is. */
        EARLIEST,
        /** At the end. */
        LATEST,
        /** Nowhere: the job fails. */
        NONE
    }

    /**
     * @param client the consumer's properties
     */
    public KeptOffsets(Properties client, Reset reset) {
        this.client = client;
        this.reset = reset;
    }

    /**
     * The splits, those with a missing position moved.
     *
     * @param missing counts what is missing
     * @throws SuppressRestartsException if one is missing and the reset is {@link Reset#NONE}
     */
    List<KafkaPartitionSplit> check(List<KafkaPartitionSplit> splits, Counter missing) {
        List<TopicPartition> known =
                splits.stream()
                        .filter(split -> split.getStartingOffset() >= 0)
                        .map(KafkaPartitionSplit::getTopicPartition)
                        .toList();
        if (known.isEmpty()) {
            return splits;
        }
        Properties properties = new Properties();
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MS);
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MS);
        properties.putAll(client);
        Map<TopicPartition, Long> first;
        Map<TopicPartition, Long> end;
        try (Admin admin = Admin.create(properties)) {
            first = offsets(admin, known, OffsetSpec.earliest());
            end = offsets(admin, known, OffsetSpec.latest());
        } catch (ExecutionException | KafkaException e) {
            // The consumer finds out by itself, and then the restart asks again.
            LOG.warn("Whether {} still have the next record is not known: {}", known, e.toString());
            return splits;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return splits;
        }
        List<KafkaPartitionSplit> checked = new ArrayList<>();
        for (KafkaPartitionSplit split : splits) {
            Long from = first.get(split.getTopicPartition());
            Long to = end.get(split.getTopicPartition());
            checked.add(from == null || to == null ? split : check(split, from, to, missing));
        }
        return checked;
    }

    private static Map<TopicPartition, Long> offsets(
            Admin admin, List<TopicPartition> partitions, OffsetSpec spec)
            throws InterruptedException, ExecutionException {
        Map<TopicPartition, ListOffsetsResultInfo> found =
                admin.listOffsets(
                                partitions.stream()
                                        .collect(
                                                Collectors.toMap(
                                                        partition -> partition, p -> spec)))
                        .all()
                        .get();
        return found.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().offset()));
    }

    private KafkaPartitionSplit check(
            KafkaPartitionSplit split, long first, long end, Counter missing) {
        long next = split.getStartingOffset();
        if (next >= first && next <= end) {
            return split;
        }
        String loss =
                next < first
                        ? "%s: offsets %d to %d are gone before they were read; retention took them"
                                .formatted(split.getTopicPartition(), next, first - 1)
                        : "%s ends at offset %d, and %d was to be read next; the topic was made anew"
                                .formatted(split.getTopicPartition(), end, next);
        missing.inc(Math.max(0, first - next));
        if (reset == Reset.NONE) {
            throw new SuppressRestartsException(
                    new IllegalStateException(
                            loss
                                    + ". Look at what is lost, then set requests.auto_offset_reset"
                                    + " to earliest or latest to go on"));
        }
        long goOn = reset == Reset.EARLIEST ? first : end;
        LOG.error("{}. Going on at offset {}", loss, goOn);
        return new KafkaPartitionSplit(
                split.getTopicPartition(),
                goOn,
                split.getStoppingOffset().orElse(KafkaPartitionSplit.NO_STOPPING_OFFSET));
    }
}
