package dev.flinkreranker.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.job.kafka.KeptOffsets.Reset;
import dev.flinkreranker.tests.support.BrokerExtension;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A partition of ten records, of which retention has taken the first three. */
class KeptOffsetsITCase {

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    private static final TopicPartition PARTITION = new TopicPartition("kept", 0);
    private static final long STOP = 9;

    private final Counter missing = new SimpleCounter();

    @BeforeAll
    static void fill() throws Exception {
        BROKER.get().createTopics(1, PARTITION.topic());
        try (KafkaProducer<String, String> producer =
                        new KafkaProducer<>(
                                client(), new StringSerializer(), new StringSerializer());
                Admin admin = BROKER.get().admin()) {
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>(PARTITION.topic(), "v" + i)).get();
            }
            admin.deleteRecords(Map.of(PARTITION, RecordsToDelete.beforeOffset(3))).all().get();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, EARLIEST, 3, 2",
        "1, LATEST, 10, 2",
        "3, NONE, 3, 0",
        "10, NONE, 10, 0",
        "11, EARLIEST, 3, 0",
        "-2, NONE, -2, 0"
    })
    void aSplitGoesOnWhereTheResetHasIt(long next, Reset reset, long start, long lost) {
        assertThat(check(client(), next, reset))
                .containsExactly(new KafkaPartitionSplit(PARTITION, start, STOP));
        assertThat(missing.getCount()).isEqualTo(lost);
    }

    @Test
    void noneFailsForGoodAndSaysWhatIsMissing() {
        assertThatThrownBy(() -> check(client(), 1, Reset.NONE))
                .isInstanceOf(SuppressRestartsException.class)
                .rootCause()
                .hasMessage(
                        "kept-0: offsets 1 to 2 are gone before they were read; retention took"
                                + " them. Look at what is lost, then set"
                                + " requests.auto_offset_reset to earliest or latest to go on");
        assertThatThrownBy(() -> check(client(), 12, Reset.NONE))
                .rootCause()
                .hasMessageStartingWith(
                        "kept-0 ends at offset 10, and 12 was to be read next; the topic was made"
                                + " anew");
    }

    /** The consumer finds out by itself, and the restart asks again. */
    @Test
    void withoutAnAnswerTheSplitsStayAsTheyAre() {
        Properties nobody = client();
        nobody.put("bootstrap.servers", "127.0.0.1:1");
        nobody.put("request.timeout.ms", "100");
        nobody.put("default.api.timeout.ms", "200");

        assertThat(check(nobody, 1, Reset.NONE))
                .containsExactly(new KafkaPartitionSplit(PARTITION, 1, STOP));
    }

    private List<KafkaPartitionSplit> check(Properties client, long next, Reset reset) {
        return new KeptOffsets(client, reset)
                .check(
                        List.of(new KafkaPartitionSplit(PARTITION, next, STOP)),
                        new UnregisteredMetricsGroup() {
                            @Override
                            public Counter counter(String name) {
                                return name.equals(KeptOffsets.METRIC)
                                        ? missing
                                        : super.counter(name);
                            }
                        });
    }

    private static Properties client() {
        Properties client = new Properties();
        client.put("bootstrap.servers", BROKER.bootstrapServers());
        return client;
    }
}
