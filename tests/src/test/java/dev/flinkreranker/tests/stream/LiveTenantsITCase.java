package dev.flinkreranker.tests.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.local.LocalBroker;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.result.RankedDocument;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.tests.rig.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole job on a real broker, with tenants' configs that change while it runs. */
class LiveTenantsITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long TIMESTAMP = System.currentTimeMillis() - 3_600_000;

    /** How many are many: more in a measurement. */
    private static final int MANY = Integer.getInteger("tenants", 10_000);

    private static LocalBroker broker;

    @TempDir private Path state;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = LocalBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    /**
     * A thousand updates of five tenants while their requests are under way. Every setting of a
     * version follows from its number, so a request that got half a config is seen, and so is a
     * score that was computed with another version's.
     */
    @Test
    void aStormOfUpdatesMixesNoTwoVersions() throws Exception {
        StreamFixture job = new StreamFixture(broker, "storm");
        job.createTopics();
        List<String> tenants = List.of("t0", "t1", "t2", "t3", "t4");
        int updates = 200;
        int perTenant = 3 * (updates + 1);
        // The first requests come before any config, and wait.
        job.send(stormRequests(job, tenants, 0, 6));
        JobConfig config =
                job.endlessConfig(
                        """
                        delivery: {checkpoint_interval: 300ms}
                        tenant_configs: {topic: %s, hold_time: 10min}
                        unknown_tenant: hold
                        defaults: {model: hash}
                        """
                                .formatted(job.tenants()));
        JobClient client = job.start(config, state, null);
        try {
            job.send(tenants.stream().map(tenant -> update(job, tenant, version(1))).toList());
            await("the first are answered", job.results(), job, tenants.size() * 6);

            List<ProducerRecord<byte[], byte[]>> storm = new ArrayList<>();
            for (int v = 2; v <= updates; v++) {
                String update = version(v);
                tenants.forEach(tenant -> storm.add(update(job, tenant, update)));
                storm.addAll(stormRequests(job, tenants, 3 * v, 3 * v + 3));
                if (v % 4 == 0) {
                    job.send(storm);
                    storm.clear();
                }
            }
            await("all are answered", job.results(), job, tenants.size() * perTenant);
        } finally {
            client.cancel().get();
        }

        Map<String, TreeMap<Integer, Long>> versions = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : job.read(job.results(), "read_committed")) {
            RankedResult result = ResultCodec.decode(record.value());
            assertOfOneVersion(result);
            int seq = Integer.parseInt(result.requestId().split("-")[1]);
            assertThat(record.timestamp()).isEqualTo(TIMESTAMP + seq);
            Long twice =
                    versions.computeIfAbsent(
                                    result.tenant() + "/" + seq % 3, partition -> new TreeMap<>())
                            .put(seq, result.meta().configVersion());
            assertThat(twice).as(result.requestId()).isNull();
        }
        assertThat(versions).hasSize(15);
        versions.forEach(
                (partition, bySeq) ->
                        assertThat(List.copyOf(bySeq.values()))
                                .as(partition)
                                .isSorted()
                                .hasSize(perTenant / 3));
        Collection<Long> seen =
                versions.values().stream()
                        .flatMap(bySeq -> bySeq.values().stream())
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(seen).as("versions that requests met").hasSizeGreaterThan(20).contains(1L);
        assertThat(job.read(job.deadLetters(), "read_committed")).isEmpty();
    }

    @Test
    void aSavepointHoldsConfigsAndTheRequestsThatWaitForThem() throws Exception {
        StreamFixture job = new StreamFixture(broker, "savepoint");
        job.createTopics();
        JobConfig config =
                job.endlessConfig(
                        """
                        delivery: {checkpoint_interval: 200ms}
                        tenant_configs: {topic: %s, hold_time: 10min}
                        unknown_tenant: hold
                        defaults: {model: hash}
                        """
                                .formatted(job.tenants()));
        job.send(List.of(update(job, "acme", version(5))));
        JobClient client = job.start(config, state, null);
        job.send(stormRequests(job, List.of("acme", "late"), 0, 3));
        await("acme is answered", job.results(), job, 3);
        String savepoint =
                client.stopWithSavepoint(
                                false,
                                state.resolve("savepoints").toUri().toString(),
                                SavepointFormatType.CANONICAL)
                        .get();
        // Now only the savepoint knows acme's config.
        emptyTopic(job.tenants());
        job.send(List.of(update(job, "acme", "{\"version\":4}")));

        client = job.start(config, state, savepoint);
        try {
            job.send(stormRequests(job, List.of("acme", "late"), 3, 6));
            await("acme is answered", job.results(), job, 6);
            await("version 4 is refused", job.deadLetters(), job, 1);
            job.send(List.of(update(job, "late", version(2))));
            await("late is answered", job.results(), job, 12);
        } finally {
            client.cancel().get();
        }

        Map<String, Long> versions = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : job.read(job.results(), "read_committed")) {
            RankedResult result = ResultCodec.decode(record.value());
            assertOfOneVersion(result);
            versions.put(result.requestId(), result.meta().configVersion());
        }
        assertThat(versions).hasSize(12);
        versions.forEach(
                (id, version) ->
                        assertThat(version).as(id).isEqualTo(id.startsWith("acme") ? 5 : 2));
        assertThat(job.read(job.deadLetters(), "read_committed"))
                .extracting(letter -> header(letter, DeadLetter.MESSAGE))
                .containsExactly("version 4 is not above the present one, 5");
    }

    @Test
    void hostileConfigsAreOneDeadLetterEachAndTheLastGoodOneStays() throws Exception {
        StreamFixture job = new StreamFixture(broker, "hostile");
        job.createTopics();
        List<ProducerRecord<byte[], byte[]>> hostile = new ArrayList<>();
        for (String config :
                List.of(
                        "{\"version\":9,\"top_n\":0}",
                        "{\"version\":9,\"top_m\":1}",
                        "{\"version\":9,\"model\":[]}",
                        "{\"version\":1e999999999}",
                        "{\"top_n\":1}",
                        "{\"version\":2}",
                        "{\"version\":",
                        "[".repeat(900_000),
                        "{\"version\":9,\"prompt\":\"" + "x".repeat(10_000_000) + "\"}")) {
            hostile.add(update(job, "acme", config));
        }
        byte[] good = version(9).getBytes(UTF_8);
        for (byte[] key :
                new byte[][] {
                    null, {}, {'a', 0, 'b'}, {(byte) 0xc3}, "k".repeat(100_000).getBytes(UTF_8)
                }) {
            hostile.add(new ProducerRecord<>(job.tenants(), 0, TIMESTAMP, key, good));
        }
        job.send(List.of(update(job, "acme", version(3))));
        job.send(hostile);
        job.send(stormRequests(job, List.of("acme", "nobody"), 0, 30));

        job.run(
                job.config(
                        """
                        delivery: {checkpoint_interval: 300ms}
                        tenant_configs: {topic: %s, hold_time: 10min}
                        unknown_tenant: hold
                        defaults: {model: hash}
                        """
                                .formatted(job.tenants())),
                0,
                state);

        List<ConsumerRecord<byte[], byte[]>> results = job.read(job.results(), "read_committed");
        assertThat(results).hasSize(30);
        for (ConsumerRecord<byte[], byte[]> record : results) {
            RankedResult result = ResultCodec.decode(record.value());
            assertOfOneVersion(result);
            assertThat(result.meta().configVersion()).isEqualTo(3);
        }
        Map<String, Integer> letters = new TreeMap<>();
        Map<String, Integer> ofConfigs = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> letter :
                job.read(job.deadLetters(), "read_committed")) {
            letters.merge(header(letter, DeadLetter.REASON), 1, Integer::sum);
            if (header(letter, DeadLetter.SOURCE_TOPIC).equals(job.tenants())) {
                ofConfigs.merge(
                        header(letter, DeadLetter.SOURCE_PARTITION)
                                + ":"
                                + header(letter, DeadLetter.SOURCE_OFFSET),
                        1,
                        Integer::sum);
            } else {
                assertThat(header(letter, DeadLetter.MESSAGE))
                        .startsWith("tenant \"nobody\" is not configured; the input ended when");
            }
        }
        assertThat(ofConfigs).hasSize(hostile.size());
        assertThat(ofConfigs.values()).containsOnly(1);
        assertThat(letters)
                .isEqualTo(
                        Map.of(
                                "INVALID_CONFIG", 5,
                                "STALE_CONFIG", 1,
                                "INVALID_JSON", 1,
                                "EVENT_TOO_LARGE", 2,
                                "INVALID_KEY", 5,
                                "UNKNOWN_TENANT", 30));
    }

    /** Prints how long the whole job takes with so many tenants, few of which have requests. */
    @Test
    void manyTenantsStartQuickly() throws Exception {
        StreamFixture job = new StreamFixture(broker, "many");
        job.createTopics();
        job.send(
                IntStream.range(0, MANY)
                        .mapToObj(i -> update(job, "tenant-" + i, version(i + 1)))
                        .toList());
        int asked = 500;
        job.send(
                IntStream.range(0, asked)
                        .mapToObj(i -> stormRequest(job, "tenant-" + i * 20 % MANY, i))
                        .toList());
        long start = System.nanoTime();

        job.run(
                job.config(
                        """
                        delivery: {checkpoint_interval: 1s}
                        tenant_configs: {topic: %s, hold_time: 10min}
                        unknown_tenant: hold
                        defaults: {model: hash}
                        """
                                .formatted(job.tenants())),
                0,
                state);

        System.out.printf(
                "%d tenants, %d requests: %.1f s from start to end%n",
                MANY, asked, (System.nanoTime() - start) / 1e9);
        List<ConsumerRecord<byte[], byte[]>> results = job.read(job.results(), "read_committed");
        assertThat(results).hasSize(asked);
        for (ConsumerRecord<byte[], byte[]> record : results) {
            RankedResult result = ResultCodec.decode(record.value());
            assertOfOneVersion(result);
            assertThat("tenant-" + (result.meta().configVersion() - 1)).isEqualTo(result.tenant());
        }
    }

    /** The config with this number: every setting follows from it. */
    private static String version(long v) {
        return "{\"version\":%d,\"query_instruction\":\"v%d: \",\"top_n\":%d,\"normalize\":%b}"
                .formatted(v, v, topN(v), v % 2 == 0);
    }

    private static int topN(long v) {
        return 1 + (int) (v % 4);
    }

    private static void assertOfOneVersion(RankedResult result) {
        long v = result.meta().configVersion();
        int seq =
                Integer.parseInt(
                        result.requestId().substring(result.requestId().lastIndexOf('-') + 1));
        assertThat(result.results()).as("top_n of version %d", v).hasSize(topN(v));
        assertThat(result.meta().normalized()).isEqualTo(v % 2 == 0);
        for (RankedDocument document : result.results()) {
            float logit =
                    TextHashScorer.scoreOf(
                            "v" + v + ": query " + seq, "passage " + document.index());
            float expected = v % 2 == 0 ? (float) (1 / (1 + Math.exp(-logit))) : logit;
            assertThat(document.relevanceScore())
                    .as("%s, version %d", result.requestId(), v)
                    .isEqualTo(expected);
        }
    }

    private static List<ProducerRecord<byte[], byte[]>> stormRequests(
            StreamFixture job, List<String> tenants, int from, int to) {
        List<ProducerRecord<byte[], byte[]>> requests = new ArrayList<>();
        for (int seq = from; seq < to; seq++) {
            for (String tenant : tenants) {
                requests.add(stormRequest(job, tenant, seq));
            }
        }
        return requests;
    }

    /** Request number seq of a tenant, in partition seq % 3, with five passages. */
    private static ProducerRecord<byte[], byte[]> stormRequest(
            StreamFixture job, String tenant, int seq) {
        String passages =
                IntStream.range(0, 5)
                        .mapToObj(d -> "\"passage " + d + "\"")
                        .collect(Collectors.joining(","));
        String id = tenant + "-" + seq;
        String value =
                "{\"request_id\":\"%s\",\"tenant\":\"%s\",\"query\":\"query %d\",\"documents\":[%s]}"
                        .formatted(id, tenant, seq, passages);
        return new ProducerRecord<>(
                job.requests(),
                seq % 3,
                TIMESTAMP + seq,
                id.getBytes(UTF_8),
                value.getBytes(UTF_8));
    }

    private static ProducerRecord<byte[], byte[]> update(
            StreamFixture job, String tenant, String config) {
        return new ProducerRecord<>(job.tenants(), tenant.getBytes(UTF_8), config.getBytes(UTF_8));
    }

    private static void await(String what, String topic, StreamFixture job, int records)
            throws Exception {
        Eventually.holds(what, PATIENCE, () -> job.read(topic, "read_committed").size() == records);
    }

    private static void emptyTopic(String topic) throws Exception {
        try (Admin admin = broker.admin()) {
            Map<TopicPartition, RecordsToDelete> all =
                    IntStream.range(0, 3)
                            .boxed()
                            .collect(
                                    Collectors.toMap(
                                            partition -> new TopicPartition(topic, partition),
                                            partition -> RecordsToDelete.beforeOffset(-1)));
            admin.deleteRecords(all).all().get();
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }
}
