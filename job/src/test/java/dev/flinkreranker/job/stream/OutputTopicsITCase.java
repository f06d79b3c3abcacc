package dev.flinkreranker.job.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.job.kafka.KafkaHeaders;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RecordHeader;
import dev.flinkreranker.tests.support.BrokerExtension;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a broker would refuse is known before, by its own configs. */
class OutputTopicsITCase {

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    @Test
    void configsThatCannotGoWellAreOneLineEach() throws Exception {
        BROKER.get().createTopics(1, "in");
        create("out", Map.of("max.message.bytes", "100000"));
        create("dead", Map.of("cleanup.policy", "compact", "min.insync.replicas", "2"));
        create("used", Map.of("cleanup.policy", "compact", "message.timestamp.after.max.ms", "0"));

        assertThatThrownBy(() -> KafkaAccess.check(config("in", "out", "dead", "used")))
                .isInstanceOfSatisfying(
                        InvalidConfigException.class,
                        refusal ->
                                assertThat(refusal.violations())
                                        .containsExactly(
                                                "dead_letters.topic: dead is compacted"
                                                        + " (cleanup.policy), which takes no record"
                                                        + " without a key, and loses all but a"
                                                        + " key's last; set it to delete",
                                                "dead_letters.topic: dead has 1 replicas and wants"
                                                        + " 2 in sync (min.insync.replicas), so"
                                                        + " that no write succeeds; lower the one"
                                                        + " or raise the other",
                                                "results.topic: out takes records of 100000 bytes"
                                                        + " at most (max.message.bytes), and"
                                                        + " limits.record_bytes allows 1000000;"
                                                        + " raise the one or lower the other",
                                                "usage.topic: used is compacted (cleanup.policy),"
                                                        + " which loses all but a tenant's last"
                                                        + " interval; set it to delete",
                                                "usage.topic: used takes timestamps of 0s at most"
                                                        + " after now"
                                                        + " (message.timestamp.after.max.ms), which"
                                                        + " leaves no time to write; set it to"
                                                        + " 120000 at least"));
    }

    @Test
    void theOverflowTopicIsAnOutputToo() throws Exception {
        BROKER.get().createTopics(1, "o-in", "o-out", "o-dead", "o-used");
        create("o-over", Map.of("cleanup.policy", "compact", "max.message.bytes", "50000"));
        String yaml = yaml("o-in", "o-out", "o-dead", "o-used") + "overflow: {topic: o-over}\n";

        assertThatThrownBy(() -> KafkaAccess.check(JobConfigReader.parse(yaml)))
                .isInstanceOfSatisfying(
                        InvalidConfigException.class,
                        refusal ->
                                assertThat(refusal.violations())
                                        .containsExactly(
                                                "overflow.topic: o-over is compacted"
                                                        + " (cleanup.policy), which deletes"
                                                        + " requests that wait in it; set it to"
                                                        + " delete",
                                                "overflow.topic: o-over takes records of 50000"
                                                        + " bytes at most (max.message.bytes), and"
                                                        + " limits.record_bytes allows 1000000;"
                                                        + " raise the one or lower the other"));
    }

    @Test
    void compactedResultsAreGood() throws Exception {
        BROKER.get().createTopics(1, "good-in", "good-dead", "good-used");
        create("good-out", Map.of("cleanup.policy", "compact"));

        KafkaAccess.check(config("good-in", "good-out", "good-dead", "good-used"));
    }

    /** The largest record that the bound allows, of bytes that nothing compresses. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void aRecordOfExactlyTheLimitIsTaken(String compression) throws Exception {
        int limit = 300_000;
        create("exact-" + compression, Map.of("max.message.bytes", Integer.toString(limit)));
        byte[] bytes = new byte[limit];
        new Random(3).nextBytes(bytes);
        List<RecordHeader> headers = List.of(RecordHeader.ofText("trace", "t".repeat(200)));
        int length = limit;
        OutgoingRecord largest;
        do {
            length--;
            largest = new OutgoingRecord(new byte[9], Arrays.copyOf(bytes, length), headers);
        } while (largest.size() > limit);

        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                BROKER.bootstrapServers(),
                                "compression.type",
                                compression),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            long offset =
                    producer.send(
                                    new ProducerRecord<>(
                                            "exact-" + compression,
                                            null,
                                            largest.key(),
                                            largest.value(),
                                            KafkaHeaders.of(headers)))
                            .get()
                            .offset();
            assertThat(offset).isZero();
        }
    }

    private static void create(String topic, Map<String, String> configs) throws Exception {
        try (Admin admin = BROKER.get().admin()) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(configs)))
                    .all()
                    .get();
        }
    }

    private static JobConfig config(String in, String out, String dead, String used) {
        return JobConfigReader.parse(yaml(in, out, dead, used));
    }

    private static String yaml(String in, String out, String dead, String used) {
        return """
                requests: {topic: %s}
                results: {topic: %s}
                dead_letters: {topic: %s}
                usage: {topic: %s}
                kafka: {bootstrap.servers: "%s"}
                models: {small: {directory: /m}}
                defaults: {model: small}
                """
                .formatted(in, out, dead, used, BROKER.bootstrapServers());
    }
}
