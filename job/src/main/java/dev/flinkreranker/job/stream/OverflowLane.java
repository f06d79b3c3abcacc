package dev.flinkreranker.job.stream;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.KafkaProperties;
import dev.flinkreranker.job.config.OverflowConfig;
import dev.flinkreranker.job.kafka.OverflowDeserializer;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;

/** The overflow topic, which the job writes and reads: requests wait in it, in no one's way. */
final class OverflowLane {

    private OverflowLane() {}

    /** What was set aside, each event with the timestamp that it had. */
    static DataStream<RawEvent> read(
            StreamExecutionEnvironment env, JobConfig config, OverflowConfig overflow) {
        KafkaSource<RawEvent> source =
                KafkaSource.<RawEvent>builder()
                        .setProperties(KafkaProperties.source(config))
                        // What a restart takes back must not be answered.
                        .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")
                        .setTopics(overflow.topic())
                        .setGroupId(config.overflowGroup())
                        .setClientIdPrefix(config.name() + "-overflow")
                        .setStartingOffsets(committed())
                        .setDeserializer(new OverflowDeserializer())
                        .build();
        WatermarkStrategy<RawEvent> asTheyWere =
                WatermarkStrategy.<RawEvent>noWatermarks()
                        .withTimestampAssigner((event, other) -> event.timestamp());
        return env.fromSource(source, asTheyWere, "overflow requests").uid("overflow-requests");
    }

    /** Kafka deprecates the strategy's type, but the connector still asks for it. */
    @SuppressWarnings("deprecation")
    private static OffsetsInitializer committed() {
        return OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST);
    }

    /** Sets records aside. They get the time of their writing: retention goes by it. */
    static void write(
            DataStream<OutgoingRecord> records, JobConfig config, OverflowConfig overflow) {
        records.assignTimestampsAndWatermarks(
                        WatermarkStrategy.<OutgoingRecord>noWatermarks()
                                .withTimestampAssigner((record, other) -> Long.MIN_VALUE))
                .name("timestamps of overflow")
                .uid("overflow-timestamps")
                .sinkTo(RecordSinks.overflow(config, overflow.topic()))
                .name("overflow")
                .uid("overflow");
    }
}
