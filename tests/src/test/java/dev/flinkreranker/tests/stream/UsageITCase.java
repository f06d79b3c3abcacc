package dev.flinkreranker.tests.stream;

import static dev.flinkreranker.tests.support.Json.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.tests.support.BrokerExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is billed is what was delivered. */
class UsageITCase {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final List<String> EXACT = List.of("pairs", "tokens", "flops");
    private static final String TENANTS =
            """
            usage: {topic: %s, interval: 1s}
            delivery: {checkpoint_interval: 100ms}
            defaults: {model: hash}
            tenants: {free: {model: none}}
            """;

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    private final Path checkpoints = CheckpointFolder.create();

    @Test
    void totalsAreThoseOfTheResults() throws Exception {
        StreamFixture job = job("usage", 100);

        job.run(job.config(TENANTS.formatted(job.usage())), 0, checkpoints);

        assertTotals(job, 100);
    }

    @Test
    void alsoAfterAFailureInMidStream() throws Exception {
        int requests = 1_500;
        StreamFixture job = job("usage-restart", requests);
        TextHashScorer.BREAK_AT.set(TextHashScorer.SCORED.get() + requests);

        job.run(job.config(TENANTS.formatted(job.usage())), 1, checkpoints);

        assertThat(TextHashScorer.BREAK_AT).as("the device broke").hasValue(-1);
        assertTotals(job, requests);
    }

    private static StreamFixture job(String name, int requests) throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), name);
        job.createTopics();
        job.send(IntStream.range(0, requests).mapToObj(i -> event(job, i)).toList());
        return job;
    }

    /** Of three tenants in turn; every fiftieth request cannot be scored, and one is no request. */
    private static ProducerRecord<byte[], byte[]> event(StreamFixture job, int i) {
        String tenant = List.of("acme", "bulk", "free").get(i % 3);
        String passages =
                i % 50 == 1 ? "'" + TextHashScorer.POISON + "'" : "'passage " + i + "','other'";
        String event =
                i == 17
                        ? "{"
                        : json(
                                "{'request_id':'r%d','tenant':'%s','query':'q%d','documents':[%s]}"
                                        .formatted(i, tenant, i, passages));
        return new ProducerRecord<>(
                job.requests(), ("k" + i).getBytes(UTF_8), event.getBytes(UTF_8));
    }

    /** Compares usage with results and dead letters. */
    private static void assertTotals(StreamFixture job, int requests) throws Exception {
        Map<String, Long> expected = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : job.committed(job.results())) {
            RankedResult result = ResultCodec.decode(record.value());
            String tenant = result.tenant() + " ";
            expected.merge(tenant + result.status(), 1L, Long::sum);
            expected.merge(tenant + "pairs", (long) result.usage().pairs(), Long::sum);
            expected.merge(tenant + "tokens", result.usage().tokens(), Long::sum);
            expected.merge(tenant + "flops", result.usage().flops(), Long::sum);
        }
        for (ConsumerRecord<byte[], byte[]> record : job.committed(job.deadLetters())) {
            if (record.headers().lastHeader(DeadLetter.TENANT) != null) {
                String tenant =
                        new String(record.headers().lastHeader(DeadLetter.TENANT).value(), UTF_8);
                expected.merge(tenant + " DEAD_LETTER", 1L, Long::sum);
            }
        }
        Map<String, Long> billed = new TreeMap<>();
        Map<String, Long> deviceNanos = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : job.committed(job.usage())) {
            JsonNode usage = MAPPER.readTree(record.value());
            String tenant = usage.get("tenant").asText();
            assertThat(new String(record.key(), UTF_8)).isEqualTo(tenant);
            assertThat(record.timestamp()).isBetween(0L, System.currentTimeMillis());
            usage.get("requests")
                    .properties()
                    .forEach(
                            status ->
                                    billed.merge(
                                            tenant + " " + status.getKey(),
                                            status.getValue().longValue(),
                                            Long::sum));
            EXACT.forEach(
                    field ->
                            billed.merge(
                                    tenant + " " + field, usage.get(field).longValue(), Long::sum));
            deviceNanos.merge(tenant, usage.get("device_nanos").longValue(), Long::sum);
        }

        assertThat(billed).isEqualTo(expected);
        assertThat(deviceNanos.get("acme")).isPositive();
        assertThat(deviceNanos.get("bulk")).isPositive();
        assertThat(deviceNanos.get("free")).isZero();
        assertThat(
                        billed.entrySet().stream()
                                .filter(entry -> entry.getKey().matches(".* [A-Z_]+"))
                                .mapToLong(Map.Entry::getValue)
                                .sum())
                .as("every request but the one that is none")
                .isEqualTo(requests - 1);
    }
}
