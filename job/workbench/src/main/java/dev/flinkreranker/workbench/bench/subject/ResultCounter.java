package dev.flinkreranker.workbench.bench.subject;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.workbench.stream.StreamTopics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Counts results as they arrive, committed or not. */
final class ResultCounter implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final String deadLetters;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private long count;

    ResultCounter(StreamTopics topics) {
        this.deadLetters = topics.deadLetters();
        this.consumer =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                topics.bootstrapServers(),
                                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                                "false"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> partitions =
                Stream.of(topics.results(), topics.deadLetters())
                        .flatMap(topic -> consumer.partitionsFor(topic).stream())
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /**
     * Takes what is there, waiting a moment for it.
     *
     * @return how many results that were
     * @throws IOException when a request has no scores
     */
    int poll() throws IOException {
        int came = 0;
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(PATIENCE)) {
            if (record.topic().equals(deadLetters)) {
                throw new IOException("a request became a dead letter: " + reason(record));
            }
            String status = JSON.readTree(record.value()).path("status").asText();
            if (!status.equals("RANKED")) {
                throw new IOException("a request was not ranked: " + status);
            }
            came++;
        }
        count += came;
        return came;
    }

    private static String reason(ConsumerRecord<byte[], byte[]> record) {
        return new String(
                record.headers().lastHeader("rerank.error.message").value(),
                StandardCharsets.UTF_8);
    }

    /** Results so far. */
    long count() {
        return count;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
