package dev.flinkreranker.tests.stream;

import static dev.flinkreranker.tests.stream.StreamFixture.header;
import static dev.flinkreranker.tests.support.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.tests.support.BrokerExtension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole job on a real broker, with tenants' configs that change while it runs. */
class LiveTenantsITCase {

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    private final Path state = CheckpointFolder.create();

    /** A thousand updates of five tenants while their requests are under way. */
    @Test
    void aStormOfUpdatesMixesNoTwoVersions() throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), "storm");
        VersionedTenants tenants = VersionedTenants.create(job);
        List<String> five = List.of("t0", "t1", "t2", "t3", "t4");
        int updates = 200;
        int perTenant = 3 * (updates + 1);
        // The first requests come before any config, and wait.
        job.send(tenants.requests(five, 0, 6));
        JobClient client = job.start(job.endlessConfig(tenants.yaml("300ms")), state, null);
        try {
            job.send(updates(tenants, five, 1));
            job.awaitCommitted("the first are answered", job.results(), five.size() * 6);
            sendStorm(job, tenants, five, updates);
            job.awaitCommitted("all are answered", job.results(), five.size() * perTenant);
        } finally {
            client.cancel().get();
        }

        assertThat(job.committed(job.deadLetters())).isEmpty();
        List<RankedResult> results = tenants.results();
        assertThat(results).extracting(RankedResult::requestId).doesNotHaveDuplicates();
        assertThat(results.stream().map(result -> result.meta().configVersion()).distinct())
                .as("versions that requests met")
                .hasSizeGreaterThan(20)
                .contains(1L);
        Map<String, TreeMap<Integer, Long>> bySource = new TreeMap<>();
        for (RankedResult result : results) {
            int seq = VersionedTenants.seq(result);
            bySource.computeIfAbsent(
                            result.tenant() + " in partition " + seq % 3, key -> new TreeMap<>())
                    .put(seq, result.meta().configVersion());
        }
        assertThat(bySource).hasSize(15);
        bySource.forEach(
                (source, versions) ->
                        assertThat(List.copyOf(versions.values()))
                                .as(source)
                                .isSorted()
                                .hasSize(perTenant / 3));
    }

    /** Versions 2 to last of all tenants' configs, with three requests of each after each. */
    private static void sendStorm(
            StreamFixture job, VersionedTenants tenants, List<String> names, int last)
            throws Exception {
        List<ProducerRecord<byte[], byte[]>> storm = new ArrayList<>();
        for (int version = 2; version <= last; version++) {
            storm.addAll(updates(tenants, names, version));
            storm.addAll(tenants.requests(names, 3 * version, 3 * version + 3));
            if (version % 4 == 0) {
                job.send(storm);
                storm.clear();
            }
        }
    }

    private static List<ProducerRecord<byte[], byte[]>> updates(
            VersionedTenants tenants, List<String> names, long version) {
        return names.stream()
                .map(tenant -> tenants.update(tenant, VersionedTenants.config(version)))
                .toList();
    }

    @Test
    void aSavepointHoldsConfigsAndTheRequestsThatWaitForThem() throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), "savepoint");
        VersionedTenants tenants = VersionedTenants.create(job);
        List<String> both = List.of("acme", "late");
        job.send(List.of(tenants.update("acme", VersionedTenants.config(5))));
        JobClient client = job.start(job.endlessConfig(tenants.yaml("200ms")), state, null);
        job.send(tenants.requests(both, 0, 3));
        job.awaitCommitted("acme is answered", job.results(), 3);
        String savepoint = StreamFixture.stop(client, state.resolve("savepoints"));
        // Now only the savepoint knows acme's config.
        empty(job.tenants());
        job.send(List.of(tenants.update("acme", json("{'version':4}"))));

        client = job.start(job.endlessConfig(tenants.yaml("200ms")), state, savepoint);
        try {
            job.send(tenants.requests(both, 3, 6));
            job.awaitCommitted("acme is answered", job.results(), 6);
            job.awaitCommitted("version 4 is refused", job.deadLetters(), 1);
            job.send(List.of(tenants.update("late", VersionedTenants.config(2))));
            job.awaitCommitted("late is answered", job.results(), 12);
        } finally {
            client.cancel().get();
        }

        assertThat(tenants.results())
                .hasSize(12)
                .allSatisfy(
                        result ->
                                assertThat(result.meta().configVersion())
                                        .as(result.requestId())
                                        .isEqualTo(result.tenant().equals("acme") ? 5 : 2))
                .extracting(RankedResult::requestId)
                .doesNotHaveDuplicates();
        assertThat(job.committed(job.deadLetters()))
                .extracting(letter -> header(letter, DeadLetter.MESSAGE))
                .containsExactly("version 4 is not above the present one, 5");
    }

    private static void empty(String topic) throws Exception {
        try (Admin admin = BROKER.get().admin()) {
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

    @Test
    void ofTenThousandTenantsEachIsAnsweredByItsOwnConfig() throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), "many");
        VersionedTenants tenants = VersionedTenants.create(job);
        int many = 10_000;
        int asked = 500;
        job.send(
                IntStream.range(0, many)
                        .mapToObj(
                                i -> tenants.update("tenant-" + i, VersionedTenants.config(i + 1)))
                        .toList());
        job.send(
                IntStream.range(0, asked)
                        .mapToObj(i -> tenants.request("tenant-" + i * (many / asked), i))
                        .toList());

        job.run(job.config(tenants.yaml("1s")), 0, state);

        assertThat(job.committed(job.deadLetters())).isEmpty();
        assertThat(tenants.results())
                .hasSize(asked)
                .allSatisfy(
                        result ->
                                assertThat("tenant-" + (result.meta().configVersion() - 1))
                                        .isEqualTo(result.tenant()))
                .extracting(RankedResult::tenant)
                .doesNotHaveDuplicates();
    }
}
