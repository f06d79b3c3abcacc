package dev.flinkreranker.job.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.local.LocalBroker;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.event.RecordHeader;
import dev.flinkreranker.tests.support.TopicReader;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Dead letters on a broker, in topics of their own.
 *
 * @param bootstrapServers the broker
 * @param name distinguishes topics from those of other tests
 */
public record LetterFixture(String bootstrapServers, String name) {

    /** Partitions of the dead letters; the requests have one more. */
    public static final int PARTITIONS = 2;

    /** The time of the first letter; each is a second after the one before. */
    public static final Instant FIRST =
            Instant.now().minusSeconds(3600).truncatedTo(ChronoUnit.MILLIS);

    /** All letters whose failure may pass by itself. */
    static final LetterSelection TRANSIENT =
            new LetterSelection(Set.of(), new LetterFilter(Set.of(), Set.of(), null, null), null);

    /** Creates the topics. */
    public static LetterFixture create(LocalBroker broker, String name) throws Exception {
        LetterFixture fixture = new LetterFixture(broker.bootstrapServers(), name);
        broker.createTopics(PARTITIONS, fixture.deadLetters());
        broker.createTopics(PARTITIONS + 1, fixture.requests(), fixture.otherRequests());
        return fixture;
    }

    /** The topic of the requests. */
    public String requests() {
        return name + "-requests";
    }

    /** Another topic of requests of the same job. */
    public String otherRequests() {
        return name + "-other-requests";
    }

    /** The topic of the dead letters. */
    public String deadLetters() {
        return name + "-letters";
    }

    /** The job's configuration. */
    public String yaml() {
        return """
        name: %s
        requests: {topics: [%s, %s]}
        results: {topic: %s-results}
        dead_letters: {topic: %s}
        kafka: {bootstrap.servers: "%s"}
        delivery: {checkpoint_interval: 1s}
        defaults: {model: none}
        """
                .formatted(
                        name, requests(), otherRequests(), name, deadLetters(), bootstrapServers);
    }

    JobConfig config() {
        return JobConfigReader.parse(yaml());
    }

    /** The record of a letter whose event came from partition 2, its id and value the key's. */
    public OutgoingRecord letter(ReasonCode reason, String key, byte[] value) {
        return letter(requests(), reason, key, value, 1_000_000);
    }

    OutgoingRecord letter(
            String source, ReasonCode reason, String key, byte[] value, long maxBytes) {
        RawEvent event =
                new RawEvent(
                        key.getBytes(UTF_8),
                        value,
                        List.of(RecordHeader.ofText("trace", "t-" + key)),
                        source,
                        2,
                        77,
                        -1);
        return new DeadLetter(event, reason, "it is " + reason, "acme", key).toRecord(maxBytes);
    }

    /** Sends records, in turn to the partitions; the first is 0:0. */
    public void send(List<OutgoingRecord> letters) {
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            for (int i = 0; i < letters.size(); i++) {
                producer.send(record(letters.get(i), i));
            }
        }
    }

    ProducerRecord<byte[], byte[]> record(OutgoingRecord letter, int i) {
        RecordHeaders headers = new RecordHeaders();
        letter.headers().forEach(header -> headers.add(header.key(), header.value()));
        return new ProducerRecord<>(
                deadLetters(),
                i % PARTITIONS,
                FIRST.plusSeconds(i).toEpochMilli(),
                letter.key(),
                letter.value(),
                headers);
    }

    KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(more);
        properties.put("bootstrap.servers", bootstrapServers);
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** What readers of committed requests see, by key, every occurrence. */
    public Map<String, List<ConsumerRecord<byte[], byte[]>>> sentAgain() {
        return sentAgain(requests());
    }

    Map<String, List<ConsumerRecord<byte[], byte[]>>> sentAgain(String topic) {
        Map<String, List<ConsumerRecord<byte[], byte[]>>> records = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record :
                TopicReader.committed(bootstrapServers).read(topic)) {
            records.computeIfAbsent(new String(record.key(), UTF_8), key -> new ArrayList<>())
                    .add(record);
        }
        return records;
    }

    /** Asserts that the events of these keys are with the requests, each once, and no others. */
    void assertOnce(String... keys) {
        Map<String, Integer> times = new TreeMap<>();
        sentAgain().forEach((key, records) -> times.put(key, records.size()));
        assertThat(times)
                .isEqualTo(Stream.of(keys).collect(Collectors.toMap(key -> key, key -> 1)));
    }
}
