package dev.flinkreranker.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.job.kafka.EventSource.FormerTopics;
import dev.flinkreranker.operators.event.RawEvent;
import java.util.List;
import java.util.Properties;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class EventSourceTest {

    /** While it restores the state nobody may listen yet, so nothing may be thrown then. */
    @Test
    void theStateOfAFormerTopicIsRefusedOnlyAtTheStart() throws Exception {
        KafkaSourceEnumState state =
                new KafkaSourceEnumState(
                        List.of(new KafkaPartitionSplit(new TopicPartition("former", 0), 3)),
                        List.of(),
                        true);

        try (SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restored =
                tenants("present").restoreEnumerator(null, state)) {
            assertThatThrownBy(restored::start)
                    .rootCause()
                    .hasMessage(
                            "the state was made with the topic former, and the job is to read"
                                    + " present now, whose configs would mix with those. Name"
                                    + " former again, or begin without state");
            assertThat(restored.snapshotState(1)).isSameAs(state);
        }
    }

    private static EventSource tenants(String topic) {
        return new EventSource(
                KafkaSource.<RawEvent>builder()
                        .setBootstrapServers("127.0.0.1:9")
                        .setTopics(topic)
                        .setDeserializer(new RawEventDeserializer())
                        .build(),
                TopicSelection.of(topic),
                FormerTopics.REFUSE,
                new KeptOffsets(new Properties(), KeptOffsets.Reset.EARLIEST),
                null);
    }
}
