package dev.flinkreranker.job.kafka;

import dev.flinkreranker.operators.event.RawEvent;
import java.io.IOException;
import java.io.Serial;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimitedSourceReader;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.metrics.Counter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka's source, with rules for what it is restored to: the state of a topic that is not read any
 * more, and positions at which there is nothing any more. Its state is that of Kafka's source.
 */
public final class EventSource
        implements Source<RawEvent, KafkaPartitionSplit, KafkaSourceEnumState>,
                ResultTypeQueryable<RawEvent> {

    @Serial private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(EventSource.class);

    private final KafkaSource<RawEvent> kafka;
    private final TopicSelection topics;
    private final FormerTopics formerTopics;
    private final KeptOffsets keptOffsets;
    private final @Nullable Double recordsPerSecond;

    /** What becomes of the state of a topic that is none of the source's any more. */
    public enum FormerTopics {
        /** It is dropped: what of the topic was not read before is not read at all. */
        DROP,
        /** It is read on: what waits there is still to be answered. */
        KEEP,
        /** It is an error: configs that were read from it lie in other operators' state. */
        REFUSE
    }

    /**
     * @param kafka the source; it resets no position by itself, as {@link StartingOffsets} see to
     * @param topics what it reads
     * @param recordsPerSecond most records that all readers together give; null for no limit
     */
    public EventSource(
            KafkaSource<RawEvent> kafka,
            TopicSelection topics,
            FormerTopics formerTopics,
            KeptOffsets keptOffsets,
            @Nullable Double recordsPerSecond) {
        this.kafka = kafka;
        this.topics = topics;
        this.formerTopics = formerTopics;
        this.keptOffsets = keptOffsets;
        this.recordsPerSecond = recordsPerSecond;
    }

    @Override
    public Boundedness getBoundedness() {
        return kafka.getBoundedness();
    }

    @Override
    public SourceReader<RawEvent, KafkaPartitionSplit> createReader(SourceReaderContext context)
            throws Exception {
        Counter missing = context.metricGroup().counter(KeptOffsets.METRIC);
        SourceReader<RawEvent, KafkaPartitionSplit> reader =
                new RestoringReader(
                        kafka.createReader(context),
                        splits -> keptOffsets.check(present(splits), missing));
        return recordsPerSecond == null
                ? reader
                : new RateLimitedSourceReader<>(
                        reader, new SteadyRate(recordsPerSecond / context.currentParallelism()));
    }

    @Override
    public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> createEnumerator(
            SplitEnumeratorContext<KafkaPartitionSplit> context) {
        return kafka.createEnumerator(context);
    }

    @Override
    public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
            SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState state)
            throws IOException {
        Set<String> former =
                state.splits().stream()
                        .map(split -> split.split().getTopic())
                        .filter(name -> !topics.takes(name))
                        .collect(Collectors.toCollection(TreeSet::new));
        if (former.isEmpty() || formerTopics == FormerTopics.KEEP) {
            return kafka.restoreEnumerator(context, state);
        }
        if (formerTopics == FormerTopics.REFUSE) {
            return new RefusedState(
                    state,
                    ("the state was made with the topic %1$s, and the job is to read %2$s now,"
                                    + " whose configs would mix with those. Name %1$s again, or"
                                    + " begin without state")
                            .formatted(String.join(", ", former), topics));
        }
        LOG.warn(
                "{} is not read any more: its state is dropped, and {} is read as requests.start"
                        + " says where the state knows nothing of it",
                String.join(", ", former),
                topics);
        List<KafkaPartitionSplit> assigned = present(state.assignedSplits());
        List<KafkaPartitionSplit> unassigned = present(state.unassignedSplits());
        return kafka.restoreEnumerator(
                context,
                new KafkaSourceEnumState(
                        assigned,
                        unassigned,
                        state.initialDiscoveryFinished()
                                && !(assigned.isEmpty() && unassigned.isEmpty())));
    }

    private List<KafkaPartitionSplit> present(Collection<KafkaPartitionSplit> splits) {
        return splits.stream()
                .filter(
                        split ->
                                formerTopics == FormerTopics.KEEP || topics.takes(split.getTopic()))
                .toList();
    }

    @Override
    public SimpleVersionedSerializer<KafkaPartitionSplit> getSplitSerializer() {
        return kafka.getSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<KafkaSourceEnumState> getEnumeratorCheckpointSerializer() {
        return kafka.getEnumeratorCheckpointSerializer();
    }

    @Override
    public TypeInformation<RawEvent> getProducedType() {
        return kafka.getProducedType();
    }
}
