package dev.flinkreranker.workbench.demo;

import dev.flinkreranker.operators.result.ResultCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads what the job wrote, {@code read_committed}: only what its transactions committed is seen.
 */
final class OutputReader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);

    private final String resultsTopic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, DemoResult> results = new LinkedHashMap<>();
    private final List<RejectedEvent> deadLetters = new ArrayList<>();
    private int duplicates;

    OutputReader(String bootstrapServers, String resultsTopic, String deadLettersTopic) {
        this.resultsTopic = resultsTopic;
        this.consumer =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrapServers,
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed",
                                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                                "false"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> partitions =
                Stream.of(resultsTopic, deadLettersTopic)
                        .flatMap(topic -> consumer.partitionsFor(topic).stream())
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /**
     * Takes what has been committed since the last call, waiting a moment for it.
     *
     * @throws IOException when a record is not what the contract says
     */
    void poll() throws IOException {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            if (record.topic().equals(resultsTopic)) {
                DemoResult result = new DemoResult(ResultCodec.decode(record.value()));
                if (results.put(result.requestId(), result) != null) {
                    duplicates++;
                }
            } else {
                deadLetters.add(
                        new RejectedEvent(
                                new String(record.key(), StandardCharsets.UTF_8),
                                header(record, "rerank.error.code"),
                                header(record, "rerank.error.message")));
            }
        }
    }

    /** Takes everything that is committed by now. */
    void drain() throws IOException {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            poll();
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** The results so far, by request id. */
    Map<String, DemoResult> results() {
        return results;
    }

    /** The dead letters so far. */
    List<RejectedEvent> deadLetters() {
        return deadLetters;
    }

    /** How many results came for a request that had one already; exactly-once means none. */
    int duplicates() {
        return duplicates;
    }

    @Override
    public void close() {
        // With an interrupt pending, the consumer would throw and leave its connections open.
        boolean interrupted = Thread.interrupted();
        try {
            consumer.close();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
