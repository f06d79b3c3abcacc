package dev.flinkreranker.tests.restart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.tests.rig.ChildJvm;
import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.stream.StreamFixture;
import dev.flinkreranker.tests.support.BrokerExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A flood of requests of a megabyte, more than the heap could hold at three times their size: the
 * whole job takes up what fits, also after a kill, and each request has one result.
 */
class LargeRequestsITCase {

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    private static final int REQUESTS = 60;
    private static final int DOCUMENTS = 10;
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @TempDir private Path folder;

    @Test
    void aSmallHeapOutlivesThemAndARestart() throws Exception {
        StreamFixture topics = new StreamFixture(BROKER.get(), "large");
        topics.createTopics();
        topics.send(
                ids().stream()
                        .map(
                                id ->
                                        new ProducerRecord<>(
                                                topics.requests(), id.getBytes(UTF_8), request(id)))
                        .toList());
        StreamCommandProcess command = new StreamCommandProcess(folder, "220m");
        try (ChildJvm first = command.start(yaml(topics))) {
            awaitResults(topics, 5, first);
            first.kill();
        }
        assertThat(topics.committed(topics.results())).hasSizeLessThan(REQUESTS);

        try (ChildJvm second = command.start(yaml(topics))) {
            awaitResults(topics, REQUESTS, second);
            assertThat(second.output()).contains("goes on from ").doesNotContain("OutOfMemory");
        }
        assertThat(keys(topics)).containsExactlyInAnyOrderElementsOf(ids());
        assertThat(topics.committed(topics.deadLetters())).isEmpty();
    }

    private static List<String> ids() {
        return IntStream.range(0, REQUESTS).mapToObj(i -> "r-" + i).toList();
    }

    private static byte[] request(String id) {
        String document =
                "\"the sun lets the skin of %s make %s\"".formatted(id, "x".repeat(98_000));
        return "{\"request_id\": \"%s\", \"query\": \"vitamin D\", \"documents\": [%s]}"
                .formatted(id, String.join(", ", Collections.nCopies(DOCUMENTS, document)))
                .getBytes(UTF_8);
    }

    private static String yaml(StreamFixture topics) throws Exception {
        return """
        name: %s
        parallelism: 1
        requests: {topic: %s, group: %s}
        results: {topic: %s}
        dead_letters: {topic: %s}
        kafka: {bootstrap.servers: "%s"}
        source: {fetch.max.bytes: "4194304"}
        delivery: {checkpoint_interval: 1s}
        rerank: {window_megabytes: 24}
        models: {small: {directory: "%s"}}
        defaults: {model: small, cutoff_layers: [3], max_length: 32}
        """
                .formatted(
                        topics.name(),
                        topics.requests(),
                        topics.name(),
                        topics.results(),
                        topics.deadLetters(),
                        BROKER.bootstrapServers(),
                        Path.of("../tests/models/scifact-minilm-layerwise").toRealPath());
    }

    private static void awaitResults(StreamFixture topics, int results, ChildJvm job)
            throws Exception {
        Eventually.holds(
                results + " results",
                PATIENCE,
                () -> {
                    assertThat(job.isAlive()).as(job.output()).isTrue();
                    return topics.committed(topics.results()).size() >= results;
                });
    }

    private static List<String> keys(StreamFixture topics) {
        return topics.committed(topics.results()).stream()
                .map(ConsumerRecord::key)
                .map(key -> new String(key, UTF_8))
                .toList();
    }
}
