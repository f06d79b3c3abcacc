package dev.flinkreranker.workbench.replay.publication;

import static dev.flinkreranker.tests.support.Json.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.tests.support.BrokerExtension;
import dev.flinkreranker.tests.support.ShortLivedJvm;
import dev.flinkreranker.tests.support.TopicReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class PublicationITCase {
    private static final int REQUESTS = 400;
    private static final int PARTITIONS = 2;

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    @TempDir Path directory;

    @Test
    void aKillNeitherLosesNorDoublesAResult() throws Exception {
        BROKER.get().createTopics(PARTITIONS, "killed");
        Map<String, Path> results = results();
        int all = REQUESTS * results.size();
        List<String> command = ShortLivedJvm.command();
        command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path")));
        command.add(KilledPublication.class.getName());
        command.addAll(
                List.of(
                        BROKER.bootstrapServers(),
                        "killed",
                        directory.toString(),
                        Integer.toString(REQUESTS)));
        results.values().forEach(file -> command.add(file.toString()));
        Path output = directory.resolve("killed.log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            while (committed(consumer) < 30) {
                assertThat(process.waitFor(20, TimeUnit.MILLISECONDS))
                        .as(() -> read(output))
                        .isFalse();
            }
        }
        // SIGKILL: a transaction stays open.
        process.destroyForcibly().waitFor();
        Publication again = publication("killed");

        long written = again.publish(results, REQUESTS);

        assertThat(written).isPositive().isLessThan(all);
        assertThat(all - written).as("whole transactions").isPositive();
        assertThat((all - written) % KilledPublication.BATCH).isZero();
        Map<String, List<String>> found = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records("killed")) {
            assertThat(new String(record.value(), UTF_8))
                    .contains("\"" + new String(record.key(), UTF_8) + "\"");
            found.computeIfAbsent(
                            header(record.headers(), Publication.CONFIGURATION),
                            name -> new ArrayList<>())
                    .add(record.partition() + new String(record.value(), UTF_8));
            assertThat(header(record.headers(), Publication.REPLAY)).hasSize(36);
        }
        assertThat(found.keySet()).isEqualTo(results.keySet());
        for (Map.Entry<String, Path> file : results.entrySet()) {
            List<String> values = found.get(file.getKey());
            assertThat(values.stream().map(value -> value.substring(1)))
                    .containsExactlyInAnyOrderElementsOf(Files.readAllLines(file.getValue()));
            for (int partition = 0; partition < PARTITIONS; partition++) {
                String own = Integer.toString(partition);
                List<String> ofPartition =
                        values.stream()
                                .filter(value -> value.startsWith(own))
                                .map(value -> value.substring(1))
                                .toList();
                List<String> inOrder = new ArrayList<>(Files.readAllLines(file.getValue()));
                inOrder.retainAll(ofPartition);
                assertThat(ofPartition).isEqualTo(inOrder);
            }
        }
        assertThat(again.publish(results, REQUESTS)).as("all is there").isZero();
    }

    @Test
    void aTopicThatIsNotThereIsToldBeforeTheScoring() {
        assertThatThrownBy(() -> publication("nowhere").check())
                .isInstanceOf(IOException.class)
                .hasMessage("there is no topic nowhere");
    }

    @Test
    void aForgottenCountIsRefusedNotGuessed() throws Exception {
        BROKER.get().createTopics(1, "forgotten");
        Publication publication = publication("forgotten");
        publication.check();
        assertThat(publication.publish(results(), REQUESTS)).isEqualTo(REQUESTS * 2L);
        try (var files = Files.list(directory)) {
            Path kept =
                    files.filter(file -> file.getFileName().toString().startsWith("published-"))
                            .findFirst()
                            .orElseThrow();
            BROKER.get()
                    .admin()
                    .deleteConsumerGroups(List.of(Publication.PREFIX + Files.readString(kept)))
                    .all()
                    .get();
        }

        assertThatThrownBy(() -> publication.publish(results(), REQUESTS))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the broker has forgotten how many results are in topic");
        assertThat(records("forgotten")).hasSize(REQUESTS * 2);
    }

    private Publication publication(String topic) {
        return new Publication(
                Map.of("bootstrap.servers", BROKER.bootstrapServers()), topic, directory, 100);
    }

    private Map<String, Path> results() throws IOException {
        Map<String, Path> results = new LinkedHashMap<>();
        for (int c = 0; c < 2; c++) {
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                lines.add(json("{'request_id':'é%d','tenant':'t%d','results':[]}").formatted(i, c));
            }
            results.put(
                    "configuration-" + c,
                    Files.write(directory.resolve("results-" + c + ".jsonl"), lines));
        }
        return results;
    }

    /** What readers of committed records may go up to. */
    private static long committed(KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions =
                List.of(new TopicPartition("killed", 0), new TopicPartition("killed", 1));
        return consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        return TopicReader.committed(BROKER.bootstrapServers()).read(topic);
    }

    private static KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        BROKER.bootstrapServers(),
                        "isolation.level",
                        "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private static String header(Headers headers, String key) {
        return new String(headers.lastHeader(key).value(), UTF_8);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
