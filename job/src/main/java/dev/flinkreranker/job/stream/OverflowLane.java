package dev.flinkreranker.job.stream;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.KafkaProperties;
import dev.flinkreranker.job.config.OverflowConfig;
import dev.flinkreranker.job.kafka.EventSource;
import dev.flinkreranker.job.kafka.KeptOffsets;
import dev.flinkreranker.job.kafka.OverflowDeserializer;
import dev.flinkreranker.job.kafka.StartingOffsets;
import dev.flinkreranker.job.kafka.TopicSelection;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/** The overflow topic, which the job writes and reads: requests wait in it, in no one's way. */
final class OverflowLane {

    private OverflowLane() {}

    /** What was set aside, each event with the timestamp that it had. */
    static DataStream<RawEvent> read(
            StreamExecutionEnvironment env, JobConfig config, OverflowConfig overflow) {
        Properties client = KafkaProperties.source(config);
        // What a restart takes back must not be answered.
        client.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        KafkaSource<RawEvent> kafka =
                KafkaSource.<RawEvent>builder()
                        .setProperties(client)
                        .setTopics(overflow.topic())
                        .setGroupId(config.overflowGroup())
                        .setClientIdPrefix(config.name() + "-overflow")
                        .setStartingOffsets(StartingOffsets.committed())
                        .setDeserializer(new OverflowDeserializer())
                        .build();
        EventSource source =
                new EventSource(
                        kafka,
                        TopicSelection.of(overflow.topic()),
                        EventSource.FormerTopics.KEEP,
                        new KeptOffsets(client, KeptOffsets.Reset.EARLIEST),
                        null);
        WatermarkStrategy<RawEvent> asTheyWere =
                WatermarkStrategy.<RawEvent>noWatermarks()
                        .withTimestampAssigner((event, other) -> event.timestamp());
        return env.fromSource(source, asTheyWere, "overflow requests").uid("overflow-requests");
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
