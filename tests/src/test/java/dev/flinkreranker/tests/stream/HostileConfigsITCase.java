package dev.flinkreranker.tests.stream;

import static dev.flinkreranker.tests.stream.StreamFixture.header;
import static dev.flinkreranker.tests.support.Json.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.tests.support.BrokerExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever comes on the tenants' topic, the job goes on with the last good config. */
class HostileConfigsITCase {

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    private final Path state = CheckpointFolder.create();

    @Test
    void hostileConfigsAreOneDeadLetterEachAndTheLastGoodOneStays() throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), "hostile");
        VersionedTenants tenants = VersionedTenants.create(job);
        List<ProducerRecord<byte[], byte[]>> hostile = hostileConfigs(tenants, job.tenants());
        job.send(List.of(tenants.update("acme", VersionedTenants.config(3))));
        job.send(hostile);
        job.send(tenants.requests(List.of("acme", "nobody"), 0, 30));

        job.run(job.config(tenants.yaml("300ms")), 0, state);

        assertThat(tenants.results())
                .hasSize(30)
                .allSatisfy(result -> assertThat(result.meta().configVersion()).isEqualTo(3));
        List<ConsumerRecord<byte[], byte[]>> letters = job.committed(job.deadLetters());
        Map<Boolean, List<ConsumerRecord<byte[], byte[]>>> ofConfigs =
                letters.stream()
                        .collect(
                                Collectors.partitioningBy(
                                        letter ->
                                                header(letter, DeadLetter.SOURCE_TOPIC)
                                                        .equals(job.tenants())));
        assertThat(ofConfigs.get(true))
                .hasSameSizeAs(hostile)
                .extracting(
                        letter ->
                                header(letter, DeadLetter.SOURCE_PARTITION)
                                        + ":"
                                        + header(letter, DeadLetter.SOURCE_OFFSET))
                .doesNotHaveDuplicates();
        assertThat(ofConfigs.get(false))
                .extracting(letter -> header(letter, DeadLetter.MESSAGE))
                .allMatch(
                        message ->
                                message.startsWith(
                                        "tenant \"nobody\" is not configured; the input ended"
                                                + " when"));
        assertThat(
                        letters.stream()
                                .collect(
                                        Collectors.groupingBy(
                                                letter -> header(letter, DeadLetter.REASON),
                                                Collectors.counting())))
                .isEqualTo(
                        Map.of(
                                "INVALID_CONFIG", 5L,
                                "STALE_CONFIG", 1L,
                                "INVALID_JSON", 1L,
                                "EVENT_TOO_LARGE", 2L,
                                "INVALID_KEY", 5L,
                                "UNKNOWN_TENANT", 30L));
    }

    private static List<ProducerRecord<byte[], byte[]>> hostileConfigs(
            VersionedTenants tenants, String topic) {
        Stream<ProducerRecord<byte[], byte[]>> values =
                Stream.of(
                                "{'version':9,'top_n':0}",
                                "{'version':9,'top_m':1}",
                                "{'version':9,'model':[]}",
                                "{'version':1e999999999}",
                                "{'top_n':1}",
                                "{'version':2}",
                                "{'version':",
                                "[".repeat(900_000),
                                "{'version':9,'prompt':'" + "x".repeat(10_000_000) + "'}")
                        .map(config -> tenants.update("acme", json(config)));
        byte[] good = VersionedTenants.config(9).getBytes(UTF_8);
        Stream<ProducerRecord<byte[], byte[]>> keys =
                Stream.of(
                                null,
                                new byte[0],
                                new byte[] {'a', 0, 'b'},
                                new byte[] {(byte) 0xc3},
                                "k".repeat(100_000).getBytes(UTF_8))
                        .map(key -> new ProducerRecord<>(topic, 0, null, key, good));
        return Stream.concat(values, keys).toList();
    }
}
