package dev.flinkreranker.job.stream;

import dev.flinkreranker.job.config.TopicConfig;
import dev.flinkreranker.job.kafka.KafkaHeaders;
import dev.flinkreranker.job.kafka.KafkaTopicLimits;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.event.CurrentLimits;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.OverflowRecord;
import dev.flinkreranker.operators.event.RecordHeader;
import dev.flinkreranker.operators.event.ReplyAddress;
import dev.flinkreranker.operators.event.TopicLimits;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializationSchema.InitializationContext;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Makes Kafka's records, so that their topic takes them: a broker that refuses one would fail the
 * task, and refuse it again after the restart. A topic that is changed costs a restart where a
 * record meets it before the task knows.
 */
final class RecordSerializer
        implements KafkaRecordSerializationSchema<OutgoingRecord>, KafkaDatasetFacetProvider {

    @Serial private static final long serialVersionUID = 1L;

    /** Header: a timestamp that the topic does not take, milliseconds since the epoch, decimal. */
    static final String TIMESTAMP = "rerank.timestamp";

    /** What becomes of a record that is too large for its topic. */
    enum Oversize {
        /** It cannot be: whoever made it knew the limit. */
        AS_IT_IS,
        /** It is a dead letter, which is written without its value. */
        LETTER
    }

    /** Which partition a record goes to, unless its headers name one. */
    enum Spread {
        /** That of its key, as Kafka's producer spreads keys. */
        BY_KEY,
        /** That of the tenant that set it aside. */
        BY_TENANT_SET_ASIDE
    }

    private final KafkaTopicLimits topic;
    private final List<KafkaTopicLimits> replyTopics;
    private final TopicConfig.Timestamp timestamps;
    private final Oversize oversize;
    private final Spread spread;
    private transient CurrentLimits<Topics> topics;

    /** What the topic takes, and what the reply topics take, by name. */
    private record Topics(TopicLimits own, Map<String, TopicLimits> replies) {}

    /**
     * @param replyTopics topics that a record's headers may name instead; another name of theirs
     *     means nothing. Where there are none, a partition that they name means nothing either
     */
    RecordSerializer(
            KafkaTopicLimits topic,
            List<KafkaTopicLimits> replyTopics,
            TopicConfig.Timestamp timestamps,
            Oversize oversize,
            Spread spread) {
        this.topic = topic;
        this.replyTopics = new ArrayList<>(replyTopics);
        this.timestamps = timestamps;
        this.oversize = oversize;
        this.spread = spread;
    }

    /** The connector asks for it: a pool of transactions is one of the writers to these topics. */
    @Override
    public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
        return Optional.of(
                new DefaultKafkaDatasetFacet(
                        DefaultKafkaDatasetIdentifier.ofTopics(
                                Stream.concat(Stream.of(topic), replyTopics.stream())
                                        .map(KafkaTopicLimits::topic)
                                        .distinct()
                                        .toList())));
    }

    @Override
    public void open(InitializationContext context, KafkaSinkContext sink) throws Exception {
        topics = CurrentLimits.ask(this::readTopics, topic.interval());
    }

    private Topics readTopics() throws Exception {
        Map<String, TopicLimits> replies = new HashMap<>();
        for (KafkaTopicLimits reply : replyTopics) {
            replies.put(reply.topic(), reply.read());
        }
        return new Topics(topic.read(), replies);
    }

    /** With every checkpoint: asks again what the topics take, if that is long ago. */
    void refresh() {
        topics.refresh();
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            OutgoingRecord given, KafkaSinkContext context, @Nullable Long timestamp) {
        Topics known = topics.get();
        ReplyAddress reply =
                known.replies().isEmpty()
                        ? new ReplyAddress(null, null)
                        : ReplyAddress.of(given.headers());
        boolean replies = reply.topic() != null && known.replies().containsKey(reply.topic());
        String to = replies ? reply.topic() : topic.topic();
        TopicLimits limits = replies ? known.replies().get(reply.topic()) : known.own();
        // Without one, Kafka's producer takes the time at which it sends.
        Long taken = timestamp;
        List<RecordHeader> headers = given.headers();
        if (timestamp != null && timestamp < 0) {
            taken = null;
        } else if (timestamp != null
                && (timestamps == TopicConfig.Timestamp.NOW
                        || !limits.takes(timestamp, System.currentTimeMillis()))) {
            taken = null;
            headers = new ArrayList<>(headers);
            headers.removeIf(header -> header.key().equals(TIMESTAMP));
            headers.add(RecordHeader.ofText(TIMESTAMP, timestamp.toString()));
        }
        OutgoingRecord record = new OutgoingRecord(given.key(), given.value(), headers);
        if (oversize == Oversize.LETTER) {
            record = DeadLetter.shortened(record, limits.maxBytes());
        }
        byte[] key = record.key();
        if (key == null && limits.keyed()) {
            // Of its own, so that compaction takes none away for another.
            key = UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8);
        }
        return new ProducerRecord<>(
                to,
                partition(record, reply, limits, context),
                taken,
                key,
                record.value(),
                KafkaHeaders.of(record.headers()));
    }

    private @Nullable Integer partition(
            OutgoingRecord record,
            ReplyAddress reply,
            TopicLimits limits,
            KafkaSinkContext context) {
        if (spread == Spread.BY_KEY) {
            Integer named = reply.partition();
            // A topic that was made anew may have fewer than when the result was.
            return named != null && 0 <= named && named < limits.partitions() ? named : null;
        }
        int[] partitions = context.getPartitionsForTopic(topic.topic());
        return partitions[
                Math.floorMod(OverflowRecord.tenant(record).hashCode(), partitions.length)];
    }
}
