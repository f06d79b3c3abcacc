package dev.flinkreranker.workbench.replay.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.tests.support.BrokerExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class TopicLogITCase {
    private static final long NOW = System.currentTimeMillis();

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    @TempDir Path directory;

    @Test
    void copiesWhatIsCommittedBetweenTwoPlacesOnceAndForAll() throws Exception {
        BROKER.get().createTopics(2, "requests");
        try (KafkaProducer<String, String> producer = producer()) {
            producer.initTransactions();
            send(producer, false, 0, "aborted");
            send(producer, true, 0, "a\nb", "c", null, "\0\0\0\0\n{}");
            send(producer, true, 1, "d", "e");
            settle(producer);
            Map<String, String> kafka = Map.of("bootstrap.servers", BROKER.bootstrapServers());

            List<Path> logs = TopicLog.write(kafka, "requests", "earliest", "latest", directory);
            assertThat(lines(logs))
                    .as("without a schema registry's prefix")
                    .containsExactly("a b", "c", "null", "{}", "d", "e");
            // Five intervals, and three tenths of a second between the first and the last.
            assertThat(LogTimes.perSecond(logs)).isEqualTo(5000 / 300.0);

            send(producer, true, 1, "later");
            settle(producer);
            assertThat(TopicLog.write(kafka, "requests", "earliest", "latest", directory))
                    .as("the range was fixed by the first call")
                    .isEqualTo(logs);
            assertThat(lines(TopicLog.write(kafka, "requests", "1:1", "0:0", directory)))
                    .as("partition 0 is empty, partition 1 begins at offset 1")
                    .containsExactly("e", "later");
            assertThatThrownBy(
                            () ->
                                    TopicLog.write(
                                            kafka,
                                            "requests",
                                            Instant.now().plusSeconds(60).toString(),
                                            "latest",
                                            directory))
                    .hasMessageContaining("holds no record between");
            assertThatThrownBy(
                            () ->
                                    TopicLog.write(
                                            kafka, "requests", "yesterday", "latest", directory))
                    .hasMessageContaining("\"yesterday\" is no place in a topic");
        }
    }

    /** Returns once all is there to be read: a transaction waits for the end of the one before. */
    private static void settle(KafkaProducer<String, String> producer) {
        send(producer, false, 0, "aborted");
    }

    private static void send(
            KafkaProducer<String, String> producer,
            boolean commit,
            int partition,
            String... values) {
        producer.beginTransaction();
        long time = NOW;
        for (String value : values) {
            producer.send(new ProducerRecord<>("requests", partition, time, null, value));
            time += 100;
        }
        producer.flush();
        if (commit) {
            producer.commitTransaction();
        } else {
            producer.abortTransaction();
        }
    }

    private static List<String> lines(List<Path> logs) throws Exception {
        List<String> all = new ArrayList<>();
        for (Path log : logs) {
            try (LineReader reader = LineReader.open(log)) {
                while (reader.next()) {
                    all.add(new String(reader.bytes(), StandardCharsets.UTF_8));
                }
            }
        }
        return all;
    }

    private static KafkaProducer<String, String> producer() {
        Properties properties = new Properties();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, BROKER.bootstrapServers());
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "test");
        return new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
    }
}
