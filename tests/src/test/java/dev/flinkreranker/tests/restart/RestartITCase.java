package dev.flinkreranker.tests.restart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.tests.rig.ChildJvm;
import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.stream.StreamFixture;
import dev.flinkreranker.tests.support.BrokerExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./rerank stream} ended while requests are under way, and started again by the same
 * command: every request has one result.
 */
class RestartITCase {

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    private static final int REQUESTS = 24;
    private static final String LOST_REQUESTS =
            "requests.start: committed: where no checkpoint or savepoint is restored, requests that"
                    + " were under way are lost";
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @TempDir private Path folder;

    /** At last its state fits no other configuration. */
    @Test
    void stoppedInOrderEveryRequestHasOneResult() throws Exception {
        StreamFixture topics = topics("stopped");
        String other = yaml(topics, "committed");
        // Its tenants need operators that the other configuration does not have.
        String yaml = other + "tenant_configs: {topic: %s}\n".formatted(topics.name() + "-tenants");
        StreamCommandProcess command = new StreamCommandProcess(folder);
        try (ChildJvm first = command.start(yaml)) {
            awaitResults(topics, 1);
            assertThat(first.terminate(PATIENCE)).as(first.output()).isZero();
            assertThat(first.output())
                    .contains(LOST_REQUESTS, "the same command goes on from file:");
        }
        assertThat(topics.committed(topics.results())).hasSizeLessThan(REQUESTS);

        goOnToTheEnd(command, yaml, topics);

        try (ChildJvm third = command.start(other)) {
            assertThat(third.await(PATIENCE)).as(third.output()).isEqualTo(2);
            // The output of all three: only the first began without state.
            assertThat(third.output())
                    .containsOnlyOnce(LOST_REQUESTS)
                    .contains(
                            " does not fit this configuration (",
                            "Undo what was changed, or move %s away to begin without state"
                                    .formatted(command.states().resolve(topics.name())));
        }
    }

    @Test
    void killedEveryRequestHasOneResult() throws Exception {
        StreamFixture topics = topics("killed");
        String yaml = yaml(topics, "earliest");
        StreamCommandProcess command = new StreamCommandProcess(folder);
        try (ChildJvm first = command.start(yaml)) {
            awaitResults(topics, 1);
            first.kill();
        }
        assertThat(topics.committed(topics.results())).hasSizeLessThan(REQUESTS);

        goOnToTheEnd(command, yaml, topics);
    }

    private static void goOnToTheEnd(
            StreamCommandProcess command, String yaml, StreamFixture topics) throws Exception {
        try (ChildJvm second = command.start(yaml)) {
            awaitResults(topics, REQUESTS);
            assertThat(second.output())
                    .contains("goes on from " + command.states().resolve(topics.name()));
            assertThat(second.terminate(PATIENCE)).as(second.output()).isZero();
        }
        assertThat(keys(topics)).containsExactlyInAnyOrderElementsOf(ids());
        assertThat(topics.committed(topics.deadLetters())).isEmpty();
    }

    private void assertThatItsFolderIsTaken(Path states, String yaml, String name)
            throws Exception {
        String same = yaml.replace("500ms", "500ms, checkpoint_dir: \"%s\"".formatted(states));
        StreamCommandProcess command =
                new StreamCommandProcess(Files.createDirectory(folder.resolve("second")));
        try (ChildJvm second = command.start(same)) {
            assertThat(second.await(PATIENCE)).isEqualTo(2);
            assertThat(second.output())
                    .contains(
                            "error: %s is in use: a job of this name runs already. Stop it, or"
                                    .formatted(states.resolve(name)));
        }
    }

    /** Meanwhile nobody else takes its folder. */
    @Test
    void theCheckpointBeforeABrokenOneIsTaken() throws Exception {
        StreamFixture topics = topics("broken");
        String yaml = yaml(topics, "earliest");
        StreamCommandProcess command = new StreamCommandProcess(folder);
        try (ChildJvm first = command.start(yaml)) {
            awaitResults(topics, 1);
            Eventually.holds(
                    "two checkpoints are kept", PATIENCE, () -> checkpoints(command).size() == 2);
            first.kill();
        }
        Path newest = checkpoints(command).get(checkpoints(command).size() - 1);
        byte[] metadata = Files.readAllBytes(newest);
        Files.write(newest, Arrays.copyOf(metadata, metadata.length / 2));

        try (ChildJvm second = command.start(yaml)) {
            awaitResults(topics, REQUESTS);
            assertThat(second.output()).contains(newest.getParent() + " is broken and left out: ");
            assertThatItsFolderIsTaken(command.states(), yaml, topics.name());
        }
        // What the broken one had committed is written once more.
        assertThat(new TreeSet<>(keys(topics))).isEqualTo(new TreeSet<>(ids()));
    }

    private StreamFixture topics(String name) throws Exception {
        StreamFixture topics = new StreamFixture(BROKER.get(), name);
        topics.createTopics();
        topics.send(
                ids().stream()
                        .map(
                                id ->
                                        new ProducerRecord<>(
                                                topics.requests(),
                                                id.getBytes(UTF_8),
                                                request(id).getBytes(UTF_8)))
                        .toList());
        return topics;
    }

    private static List<String> ids() {
        return IntStream.range(0, REQUESTS).mapToObj(i -> "r-" + i).toList();
    }

    /** Large enough that all of them together outlast the first checkpoints by far. */
    private static String request(String id) {
        String passage = "the sun lets the skin make vitamin D from %d to noon ".repeat(12);
        String documents =
                IntStream.range(0, 12)
                        .mapToObj(i -> "\"" + passage.replace("%d", id + "/" + i) + "\"")
                        .reduce((a, b) -> a + ", " + b)
                        .orElseThrow();
        return "{\"request_id\": \"%s\", \"query\": \"vitamin D\", \"documents\": [%s]}"
                .formatted(id, documents);
    }

    private static String yaml(StreamFixture topics, String start) throws Exception {
        return """
        name: %s
        parallelism: 1
        requests: {topic: %s, group: %s, start: %s}
        results: {topic: %s}
        dead_letters: {topic: %s}
        kafka: {bootstrap.servers: "%s"}
        delivery: {checkpoint_interval: 500ms}
        models: {small: {directory: "%s"}}
        defaults: {model: small, max_length: 256}
        """
                .formatted(
                        topics.name(),
                        topics.requests(),
                        topics.name(),
                        start,
                        topics.results(),
                        topics.deadLetters(),
                        BROKER.bootstrapServers(),
                        Path.of("../tests/models/scifact-minilm-layerwise").toRealPath());
    }

    private static void awaitResults(StreamFixture topics, int results) throws Exception {
        Eventually.holds(
                results + " results",
                PATIENCE,
                () -> topics.committed(topics.results()).size() >= results);
    }

    private static List<String> keys(StreamFixture topics) {
        return topics.committed(topics.results()).stream()
                .map(ConsumerRecord::key)
                .map(key -> new String(key, UTF_8))
                .toList();
    }

    /** The metadata of those that are finished, the oldest first. */
    private static List<Path> checkpoints(StreamCommandProcess command) throws Exception {
        try (Stream<Path> files = Files.walk(command.states())) {
            return files.filter(file -> file.endsWith("_metadata"))
                    .sorted(
                            Comparator.comparingInt(
                                    file ->
                                            Integer.parseInt(
                                                    file.getParent()
                                                            .getFileName()
                                                            .toString()
                                                            .substring("chk-".length()))))
                    .toList();
        }
    }
}
