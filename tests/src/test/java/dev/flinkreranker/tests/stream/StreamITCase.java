package dev.flinkreranker.tests.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.local.LocalBroker;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.result.RankedDocument;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.operators.result.ResultStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole job on a real broker: what goes in comes out, once, whatever it is. */
class StreamITCase {

    /** Not now, so that it is seen to pass through; not old, or the broker's retention takes it. */
    private static final long TIMESTAMP = System.currentTimeMillis() - 3_600_000;

    private static LocalBroker broker;

    @TempDir private Path checkpoints;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = LocalBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void everyEventBecomesExactlyOneRecordAndNoneRestartsTheJob() throws Exception {
        StreamFixture job = new StreamFixture(broker, "events");
        job.createTopics();
        Map<String, String> bad = badEvents();
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
        byte[] notUtf8 = {'{', '"', (byte) 0xff, '"', '}'};
        events.add(event(job, "not utf-8", notUtf8, 0));
        job.send(events);

        job.run(
                job.config(
                        """
                        delivery: {checkpoint_interval: 300ms}
                        limits: {event_bytes: 200000, documents: 50, text_chars: 50000}
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
        List<ConsumerRecord<byte[], byte[]>> letters =
                job.read(job.deadLetters(), "read_committed");
        assertThat(letters).hasSize(bad.size() + 3);
        for (ConsumerRecord<byte[], byte[]> letter : letters) {
            assertThat(header(letter, DeadLetter.MESSAGE)).isNotBlank();
            assertThat(header(letter, DeadLetter.SOURCE_TOPIC)).isEqualTo(job.requests());
            assertThat(header(letter, DeadLetter.SOURCE_PARTITION)).matches("[012]");
            assertThat(header(letter, DeadLetter.SOURCE_OFFSET)).matches("[0-9]+");
            String reason = header(letter, DeadLetter.REASON);
            if (letter.key() == null) {
                assertThat(reason).isEqualTo("MISSING_FIELD");
                continue;
            }
            assertPassedThrough(letter, 0);
            String key = new String(letter.key(), UTF_8);
            if (key.equals("NO_VALUE")) {
                assertThat(letter.value()).isNull();
                assertThat(reason).isEqualTo("NO_VALUE");
            } else if (key.equals("not utf-8")) {
                assertThat(letter.value()).isEqualTo(notUtf8);
                assertThat(reason).isEqualTo("INVALID_JSON");
            } else {
                String name = key.substring(key.indexOf('/') + 1);
                assertThat(reason).as(header(letter, DeadLetter.MESSAGE)).isEqualTo(codeOf(name));
                assertThat(new String(letter.value(), UTF_8)).isEqualTo(bad.get(name));
            }
        }
    }

    @Test
    void aBrokenDeviceRestartsTheJobAndStillEveryResultIsThereOnce() throws Exception {
        StreamFixture job = new StreamFixture(broker, "restart");
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
        assertThat(job.read(job.deadLetters(), "read_committed")).isEmpty();
    }

    @Test
    void orderedResultsKeepTheOrderOfEachPartition() throws Exception {
        StreamFixture job = new StreamFixture(broker, "ordered");
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
        for (ConsumerRecord<byte[], byte[]> record : job.read(job.results(), "read_committed")) {
            String id = ResultCodec.decode(record.value()).requestId();
            order.computeIfAbsent(new String(record.key(), UTF_8), key -> new ArrayList<>())
                    .add(Integer.parseInt(id.substring(2)));
        }
        assertThat(order).hasSize(7);
        order.values().forEach(ids -> assertThat(ids).isSorted());
        assertThat(order.values().stream().mapToInt(List::size).sum()).isEqualTo(requests);
    }

    /** Documents of request i; every tenth request has one that cannot be scored. */
    private static List<String> passages(int i) {
        List<String> passages = new ArrayList<>();
        for (int d = 0; d < 2 + i % 5; d++) {
            passages.add("passage " + d + " of " + i);
        }
        if (i % 10 == 3) {
            passages.add("bad " + TextHashScorer.POISON);
        }
        return passages;
    }

    private static String request(String id, int i) {
        String documents =
                passages(i).stream()
                        .map(
                                text ->
                                        "{\"id\":\"%s\",\"text\":\"%s\"}"
                                                .formatted(text.hashCode(), text))
                        .collect(Collectors.joining(","));
        return "{\"request_id\":\"%s\",\"tenant\":\"acme\",\"query\":\"query %d\",\"documents\":[%s]}"
                .formatted(id, i, documents);
    }

    private static void assertRanked(RankedResult result, int i) {
        List<String> passages = passages(i);
        assertThat(result.status()).isEqualTo(ResultStatus.RANKED);
        assertThat(result.results()).hasSameSizeAs(passages);
        float last = Float.POSITIVE_INFINITY;
        for (RankedDocument document : result.results()) {
            String passage = passages.get(document.index());
            assertThat(document.id().textValue()).isEqualTo("" + passage.hashCode());
            if (passage.contains(TextHashScorer.POISON)) {
                assertThat(document.relevanceScore()).isNull();
                assertThat(document.error()).contains("poisoned");
                last = Float.NEGATIVE_INFINITY;
            } else {
                assertThat(document.relevanceScore())
                        .isEqualTo(TextHashScorer.scoreOf("query " + i, passage))
                        .isLessThanOrEqualTo(last);
                last = document.relevanceScore();
            }
        }
    }

    /** One event for each reason, and some for what is nearly one. */
    private static Map<String, String> badEvents() {
        Map<String, String> bad = new LinkedHashMap<>();
        bad.put("INVALID_JSON", "not json");
        bad.put("INVALID_JSON 2", "{\"request_id\":\"x\"");
        bad.put("INVALID_JSON 3", "{\"a\":" + "[".repeat(5_000));
        bad.put("INVALID_JSON 4", "{\"request_id\":\"a\u0001b\"}");
        bad.put("INVALID_JSON 5", "");
        bad.put("MISSING_FIELD", json("'documents':['d']"));
        bad.put("INVALID_FIELD", json("'query':5,'documents':['d']"));
        bad.put("INVALID_FIELD 2", json("'query':'q','documents':['d'],'top_n':0"));
        bad.put("NO_DOCUMENTS", json("'query':'q','documents':[]"));
        bad.put(
                "TOO_MANY_DOCUMENTS",
                json("'query':'q','documents':[" + "'d',".repeat(50) + "'d']"));
        bad.put("EVENT_TOO_LARGE", json("'query':'" + "q".repeat(300_000) + "'"));
        bad.put("TEXT_TOO_LONG", json("'query':'" + "q".repeat(60_000) + "','documents':['d']"));
        bad.put(
                "DUPLICATE_ID",
                json("'query':'q','documents':[{'id':'1','text':''},{'id':'1','text':''}]"));
        bad.put("INVALID_TEXT", json("'query':'\\ud83d','documents':['d']"));
        bad.put("UNKNOWN_TENANT", json("'tenant':'nobody','query':'q','documents':['d']"));
        bad.put(
                "OVERRIDE_NOT_ALLOWED",
                json("'tenant':'acme','query':'q','documents':['d'],'model':'other'"));
        bad.put(
                "SCORING_FAILED",
                json("'tenant':'acme','query':'q','documents':['" + TextHashScorer.POISON + "']"));
        return bad;
    }

    private static String codeOf(String name) {
        return name.split(" ")[0];
    }

    /** A request of tenant acme where the fields do not say otherwise. */
    private static String json(String fields) {
        String tenant = fields.contains("'tenant'") ? "" : "'tenant':'acme',";
        return ("{'request_id':'bad'," + tenant + fields + "}").replace('\'', '"');
    }

    private static ProducerRecord<byte[], byte[]> event(
            StreamFixture job, String key, byte[] value, int i) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        job.requests(), null, TIMESTAMP + i, key.getBytes(UTF_8), value);
        record.headers().add("trace", ("t" + i).getBytes(UTF_8));
        record.headers().add("twice", new byte[] {1});
        record.headers().add("twice", new byte[] {(byte) 0xff, 0});
        record.headers().add("null", null);
        return record;
    }

    private static void assertPassedThrough(ConsumerRecord<byte[], byte[]> record, int i) {
        assertThat(record.timestamp()).isEqualTo(TIMESTAMP + i);
        assertThat(header(record, "trace")).isEqualTo("t" + i);
        assertThat(record.headers().headers("twice"))
                .extracting(header -> header.value())
                .containsExactly(new byte[] {1}, new byte[] {(byte) 0xff, 0});
        assertThat(record.headers().lastHeader("null").value()).isNull();
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        assertThat(record.headers().headers(name)).as(name).hasSize(1);
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    /** Committed records by key; a key twice fails. */
    private static Map<String, ConsumerRecord<byte[], byte[]>> byKey(
            StreamFixture job, String topic) {
        return job.read(topic, "read_committed").stream()
                .collect(
                        Collectors.toMap(
                                record -> new String(record.key(), UTF_8), record -> record));
    }
}
