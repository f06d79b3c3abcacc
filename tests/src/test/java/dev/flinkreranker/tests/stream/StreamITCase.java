package dev.flinkreranker.tests.stream;

import static dev.flinkreranker.tests.stream.MarkedEvents.assertPassedThrough;
import static dev.flinkreranker.tests.stream.MarkedEvents.event;
import static dev.flinkreranker.tests.stream.ScoredRequests.assertRanked;
import static dev.flinkreranker.tests.stream.ScoredRequests.request;
import static dev.flinkreranker.tests.stream.ScoredRequests.spread;
import static dev.flinkreranker.tests.stream.StreamFixture.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.tests.support.BrokerExtension;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole job on a real broker: what goes in comes out, once, whatever it is. */
class StreamITCase {

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    private static final byte[] NOT_UTF8 = {'{', '"', (byte) 0xff, '"', '}'};

    private final Path checkpoints = CheckpointFolder.create();

    @Test
    void everyEventBecomesExactlyOneRecordAndNoneRestartsTheJob() throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), "events");
        job.createTopics();
        Map<String, String> bad = BadEvents.events();
        List<ProducerRecord<byte[], byte[]>> events = new ArrayList<>();
        int good = 200;
        for (int i = 0; i < good; i++) {
            events.add(event(job, "good-" + i, request("good-" + i, i).getBytes(UTF_8), i));
        }
        int offset = 0;
        for (Map.Entry<String, String> entry : bad.entrySet()) {
            String key = offset++ + "/" + entry.getKey();
            events.add(event(job, key, entry.getValue().getBytes(UTF_8), 0));
        }
        events.add(event(job, "NO_VALUE", null, 0));
        events.add(new ProducerRecord<>(job.requests(), "{}".getBytes(UTF_8)));
        events.add(event(job, "not utf-8", NOT_UTF8, 0));
        job.send(events);

        job.run(
                job.config(
                        """
                        delivery: {checkpoint_interval: 300ms}
                        limits: {event_bytes: 200000, documents: 50, text_chars: 50000, unique_ids: true}
                        unknown_tenant: reject
                        defaults: {model: hash}
                        tenants: {acme: {version: 7}, quiet: {model: none}}
                        """),
                0,
                checkpoints);

        Map<String, ConsumerRecord<byte[], byte[]>> results = byKey(job, job.results());
        assertThat(results.keySet()).hasSize(good);
        for (int i = 0; i < good; i++) {
            ConsumerRecord<byte[], byte[]> record = results.get("good-" + i);
            assertThat(record).as("result of good-%d", i).isNotNull();
            assertPassedThrough(record, i);
            assertRanked(ResultCodec.decode(record.value()), i);
        }
        List<ConsumerRecord<byte[], byte[]>> letters = job.committed(job.deadLetters());
        assertThat(letters).hasSize(bad.size() + 3);
        letters.forEach(letter -> assertRefused(letter, job, bad));
    }

    @Test
    void aBrokenDeviceRestartsTheJobAndStillEveryResultIsThereOnce() throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), "restart");
        job.createTopics();
        int requests = 1_500;
        job.send(
                IntStream.range(0, requests)
                        .mapToObj(
                                i -> event(job, "r-" + i, request("r-" + i, i).getBytes(UTF_8), i))
                        .toList());
        TextHashScorer.BREAK_AT.set(TextHashScorer.SCORED.get() + requests);

        job.run(
                job.config(
                        """
                        delivery: {checkpoint_interval: 100ms}
                        defaults: {model: hash}
                        """),
                1,
                checkpoints);

        assertThat(TextHashScorer.BREAK_AT).as("the device broke").hasValue(-1);
        Map<String, ConsumerRecord<byte[], byte[]>> results = byKey(job, job.results());
        assertThat(results.size()).isEqualTo(requests);
        for (int i = 0; i < requests; i++) {
            assertRanked(ResultCodec.decode(results.get("r-" + i).value()), i);
        }
        assertThat(job.committed(job.deadLetters())).isEmpty();
    }

    @Test
    void orderedResultsKeepTheOrderOfEachPartition() throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), "ordered");
        job.createTopics();
        int requests = 300;
        job.send(
                IntStream.range(0, requests)
                        .mapToObj(
                                i ->
                                        event(
                                                job,
                                                "k-" + i % 7,
                                                request("o-" + i, i).getBytes(UTF_8),
                                                i))
                        .toList());

        job.run(
                job.config(
                        """
                        delivery: {guarantee: at_least_once, checkpoint_interval: 1s}
                        rerank: {ordered: true, capacity: 8}
                        defaults: {model: hash, on_failure: passthrough}
                        """),
                0,
                checkpoints);

        Map<String, List<Integer>> order = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : job.committed(job.results())) {
            String id = ResultCodec.decode(record.value()).requestId();
            order.computeIfAbsent(new String(record.key(), UTF_8), key -> new ArrayList<>())
                    .add(Integer.parseInt(id.substring(2)));
        }
        assertThat(order).hasSize(7);
        order.values().forEach(ids -> assertThat(ids).isSorted());
        assertThat(order.values().stream().mapToInt(List::size).sum()).isEqualTo(requests);
    }

    /** Twenty a second by each reader; the busier one has two of the three partitions. */
    @Test
    void allReadersTogetherKeepToTheRate() throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), "rate");
        job.createTopics();
        String yaml =
                job.yaml("earliest", "never", "defaults: {model: hash}\n")
                                .replace("stop: never", "stop: never, records_per_second: 40")
                                .replace("-results}", "-results, timestamp: now}")
                        + "delivery: {checkpoint_interval: 300ms}\n";
        JobClient client = job.start(JobConfigReader.parse(yaml), checkpoints, null);
        try {
            // What starts slowly would hold up the first results alone.
            job.send(spread(job.requests(), 0, 3, "r-", Integer::toString));
            job.awaitCommitted("the job has started", job.results(), 3);
            job.send(spread(job.requests(), 3, 63, "r-", Integer::toString));
            job.awaitCommitted("all are answered", job.results(), 63);
        } finally {
            client.cancel().get();
        }
        LongSummaryStatistics written =
                job.committed(job.results()).stream()
                        .filter(record -> !Set.of("0", "1", "2").contains(text(record.key())))
                        .mapToLong(ConsumerRecord::timestamp)
                        .summaryStatistics();
        // 39 intervals of 50 ms; were the rate each reader's, it would be half of it.
        assertThat(written.getMax() - written.getMin()).isGreaterThan(1_200);
    }

    @Test
    void readsFromOneTimeToAnother() throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), "times");
        job.createTopics();
        long hour = Instant.now().truncatedTo(ChronoUnit.HOURS).toEpochMilli() - 7_200_000;
        List<ProducerRecord<byte[], byte[]>> events = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            String id = "" + i;
            events.add(
                    new ProducerRecord<>(
                            job.requests(),
                            i % 3,
                            hour + i * 60_000,
                            id.getBytes(UTF_8),
                            request(id, i).getBytes(UTF_8)));
        }
        job.send(events);

        job.run(
                JobConfigReader.parse(
                        job.yaml(
                                Instant.ofEpochMilli(hour + 600_000).toString(),
                                "\"" + Instant.ofEpochMilli(hour + 1_200_000) + "\"",
                                "defaults: {model: hash}\n")),
                0,
                checkpoints);

        assertThat(byKey(job, job.results()).keySet())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(10, 20).mapToObj(Integer::toString).toList());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    /** That a letter says why and where, and carries its event as it was. */
    private static void assertRefused(
            ConsumerRecord<byte[], byte[]> letter, StreamFixture job, Map<String, String> bad) {
        assertThat(header(letter, DeadLetter.MESSAGE)).isNotBlank();
        assertThat(header(letter, DeadLetter.SOURCE_TOPIC)).isEqualTo(job.requests());
        assertThat(header(letter, DeadLetter.SOURCE_PARTITION)).matches("[012]");
        assertThat(header(letter, DeadLetter.SOURCE_OFFSET)).matches("[0-9]+");
        String reason = header(letter, DeadLetter.REASON);
        if (letter.key() == null) {
            assertThat(reason).isEqualTo("MISSING_FIELD");
            return;
        }
        assertPassedThrough(letter, 0);
        String key = new String(letter.key(), UTF_8);
        switch (key) {
            case "NO_VALUE" -> {
                assertThat(letter.value()).isNull();
                assertThat(reason).isEqualTo("NO_VALUE");
            }
            case "not utf-8" -> {
                assertThat(letter.value()).isEqualTo(NOT_UTF8);
                assertThat(reason).isEqualTo("INVALID_JSON");
            }
            default -> {
                String name = key.substring(key.indexOf('/') + 1);
                assertThat(reason)
                        .as(header(letter, DeadLetter.MESSAGE))
                        .isEqualTo(BadEvents.reason(name));
                assertThat(new String(letter.value(), UTF_8)).isEqualTo(bad.get(name));
            }
        }
    }

    /** Committed records by key; a key twice fails. */
    private static Map<String, ConsumerRecord<byte[], byte[]>> byKey(
            StreamFixture job, String topic) {
        return job.committed(topic).stream()
                .collect(
                        Collectors.toMap(
                                record -> new String(record.key(), UTF_8), record -> record));
    }
}
