package dev.flinkreranker.job.stream;

import dev.flinkreranker.job.config.DeliveryConfig;
import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.KafkaProperties;
import dev.flinkreranker.job.config.TopicConfig;
import dev.flinkreranker.job.config.UsageConfig;
import dev.flinkreranker.job.kafka.KafkaHeaders;
import dev.flinkreranker.job.kafka.KafkaTopicLimits;
import dev.flinkreranker.job.stream.RecordSerializer.Oversize;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.OverflowRecord;
import java.io.Serial;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.jspecify.annotations.Nullable;

/** Writes records with their keys, headers and timestamps to a topic. */
final class RecordSinks {

    /**
     * What stands between the job's name and the sink's. No name holds it, so no sink's prefix
     * begins with another's: Kafka's sink aborts every open transaction that begins with its own.
     */
    private static final String SEPARATOR = ":";

    private RecordSinks() {}

    static KafkaSink<OutgoingRecord> results(JobConfig config) {
        TopicConfig topic = config.results();
        return sink(
                config,
                new RecordSerializer(
                        limits(config, topic.topic()), topic.timestamp(), Oversize.AS_IT_IS),
                "out");
    }

    static KafkaSink<OutgoingRecord> deadLetters(JobConfig config) {
        TopicConfig topic = config.deadLetters();
        return sink(
                config,
                new RecordSerializer(
                        limits(config, topic.topic()), topic.timestamp(), Oversize.LETTER),
                "dlq");
    }

    static KafkaSink<OutgoingRecord> usage(JobConfig config, UsageConfig usage) {
        return sink(
                config,
                new RecordSerializer(
                        limits(config, usage.topic()),
                        TopicConfig.Timestamp.NOW,
                        Oversize.AS_IT_IS),
                "usage");
    }

    private static KafkaTopicLimits limits(JobConfig config, String topic) {
        return new KafkaTopicLimits(KafkaProperties.sink(config), topic);
    }

    /**
     * For events that are set aside. Those of a tenant go to one partition: so a tenant waits
     * behind another only where both share a partition.
     */
    static KafkaSink<OutgoingRecord> overflow(JobConfig config, String topic) {
        return sink(
                config,
                KafkaRecordSerializationSchema.<OutgoingRecord>builder()
                        .setTopic(topic)
                        .setKeySerializationSchema(new RecordKey())
                        .setValueSerializationSchema(new RecordValue())
                        .setHeaderProvider(record -> KafkaHeaders.of(record.headers()))
                        .setPartitioner(
                                (record, key, value, to, partitions) ->
                                        partitions[
                                                Math.floorMod(
                                                        OverflowRecord.tenant(record).hashCode(),
                                                        partitions.length)])
                        .build(),
                "overflow");
    }

    /**
     * @param role tells the sinks of one job apart in their transactional ids
     */
    private static KafkaSink<OutgoingRecord> sink(
            JobConfig config, KafkaRecordSerializationSchema<OutgoingRecord> records, String role) {
        KafkaSinkBuilder<OutgoingRecord> sink =
                KafkaSink.<OutgoingRecord>builder()
                        .setKafkaProducerConfig(KafkaProperties.sink(config))
                        .setRecordSerializer(records);
        DeliveryConfig delivery = config.delivery();
        return switch (delivery.guarantee()) {
            case AT_LEAST_ONCE ->
                    sink.setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE).build();
            case EXACTLY_ONCE ->
                    sink.setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                            .setTransactionalIdPrefix(config.name() + SEPARATOR + role)
                            .setTransactionNamingStrategy(
                                    switch (delivery.transactionNaming()) {
                                        case POOLING -> TransactionNamingStrategy.POOLING;
                                        case INCREMENTING -> TransactionNamingStrategy.INCREMENTING;
                                    })
                            .build();
        };
    }

    /** A class, since the connector reads its type parameter, which a lambda does not keep. */
    private static final class RecordKey implements SerializationSchema<OutgoingRecord> {

        @Serial private static final long serialVersionUID = 1L;

        @Override
        public byte @Nullable [] serialize(OutgoingRecord record) {
            return record.key();
        }
    }

    /** Likewise. */
    private static final class RecordValue implements SerializationSchema<OutgoingRecord> {

        @Serial private static final long serialVersionUID = 1L;

        @Override
        public byte @Nullable [] serialize(OutgoingRecord record) {
            return record.value();
        }
    }
}
