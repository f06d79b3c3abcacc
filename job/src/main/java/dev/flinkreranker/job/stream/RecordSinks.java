package dev.flinkreranker.job.stream;

import dev.flinkreranker.job.config.DeliveryConfig;
import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.KafkaProperties;
import dev.flinkreranker.job.config.ResultsConfig;
import dev.flinkreranker.job.config.TopicConfig;
import dev.flinkreranker.job.config.UsageConfig;
import dev.flinkreranker.job.kafka.KafkaTopicLimits;
import dev.flinkreranker.job.stream.RecordSerializer.Oversize;
import dev.flinkreranker.job.stream.RecordSerializer.Spread;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.result.ResultDelivery;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;

/** Writes records with their keys, headers and timestamps to a topic. */
final class RecordSinks {

    /**
     * What stands between the job's name and the sink's. No name holds it, so no sink's prefix
     * begins with another's: Kafka's sink aborts every open transaction that begins with its own.
     */
    private static final String SEPARATOR = ":";

    private RecordSinks() {}

    /** Where results go, and what the topics there take. */
    static ResultDelivery results(JobConfig config) {
        ResultsConfig results = config.results();
        return new ResultDelivery(
                results.key(),
                limits(config, results.topic()),
                results.replyTopics().stream()
                        .collect(Collectors.toMap(topic -> topic, topic -> limits(config, topic))));
    }

    static RecordSink resultSink(JobConfig config) {
        ResultsConfig results = config.results();
        return sink(
                config,
                new RecordSerializer(
                        limits(config, results.topic()),
                        results.replyTopics().stream().map(topic -> limits(config, topic)).toList(),
                        results.timestamp(),
                        Oversize.AS_IT_IS,
                        Spread.BY_KEY),
                "out");
    }

    static RecordSink deadLetters(JobConfig config) {
        TopicConfig topic = config.deadLetters();
        return sink(
                config,
                new RecordSerializer(
                        limits(config, topic.topic()),
                        List.of(),
                        topic.timestamp(),
                        Oversize.LETTER,
                        Spread.BY_KEY),
                "dlq");
    }

    static RecordSink usage(JobConfig config, UsageConfig usage) {
        return sink(
                config,
                new RecordSerializer(
                        limits(config, usage.topic()),
                        List.of(),
                        TopicConfig.Timestamp.NOW,
                        Oversize.AS_IT_IS,
                        Spread.BY_KEY),
                "usage");
    }

    /** What a topic takes, as a task asks for it. */
    static KafkaTopicLimits limits(JobConfig config, String topic) {
        return new KafkaTopicLimits(KafkaProperties.sink(config), topic);
    }

    /**
     * For events that are set aside. Those of a tenant go to one partition: so a tenant waits
     * behind another only where both share a partition.
     */
    static RecordSink overflow(JobConfig config, String topic) {
        return sink(
                config,
                new RecordSerializer(
                        limits(config, topic),
                        List.of(),
                        TopicConfig.Timestamp.EVENT,
                        Oversize.AS_IT_IS,
                        Spread.BY_TENANT_SET_ASIDE),
                "overflow");
    }

    /**
     * @param role tells the sinks of one job apart in their transactional ids
     */
    private static RecordSink sink(JobConfig config, RecordSerializer records, String role) {
        KafkaSinkBuilder<OutgoingRecord> sink =
                KafkaSink.<OutgoingRecord>builder()
                        .setKafkaProducerConfig(KafkaProperties.sink(config))
                        .setRecordSerializer(records);
        DeliveryConfig delivery = config.delivery();
        switch (delivery.guarantee()) {
            case AT_LEAST_ONCE -> sink.setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE);
            case EXACTLY_ONCE ->
                    sink.setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                            .setTransactionalIdPrefix(config.name() + SEPARATOR + role)
                            .setTransactionNamingStrategy(
                                    switch (delivery.transactionNaming()) {
                                        case POOLING -> TransactionNamingStrategy.POOLING;
                                        case INCREMENTING -> TransactionNamingStrategy.INCREMENTING;
                                    });
        }
        return new RecordSink(sink.build(), records);
    }
}
