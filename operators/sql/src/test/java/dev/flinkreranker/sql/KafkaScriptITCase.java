package dev.flinkreranker.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.tests.support.BrokerExtension;
import dev.flinkreranker.tests.support.TopicReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The example over Kafka, whose job fails in the middle. */
@ExtendWith(MiniClusterExtension.class)
class KafkaScriptITCase {

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int REQUESTS = 40;

    /** Fails once, at a row in the middle. */
    public static final class FailOnce extends ScalarFunction {

        private static final long serialVersionUID = 1L;
        static final AtomicInteger CALLS = new AtomicInteger();

        /** Gives its argument back. */
        public String eval(String requestId) {
            if (CALLS.incrementAndGet() == REQUESTS / 2) {
                throw new IllegalStateException("the test's failure");
            }
            return requestId;
        }

        /** So that a request is not taken for another's. */
        @Override
        public boolean isDeterministic() {
            return false;
        }
    }

    @Test
    void everyRequestHasOneResult() throws Exception {
        BROKER.get().createTopics(1, "requests", "results");
        send();
        SqlScript.of("kafka.sql")
                .with("localhost:9092", BROKER.bootstrapServers())
                .with("/models/small", SqlFixture.MODEL.toString())
                .with(
                        "'scan.startup.mode' = 'earliest-offset'",
                        "'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset'")
                .with("SELECT request_id,", "SELECT FAIL_ONCE(request_id),")
                .run(
                        sql -> {
                            sql.getConfig().set("restart-strategy.type", "fixed-delay");
                            sql.getConfig().set("restart-strategy.fixed-delay.attempts", "1");
                            sql.getConfig().set("restart-strategy.fixed-delay.delay", "1 ms");
                            sql.createTemporarySystemFunction("FAIL_ONCE", FailOnce.class);
                        });
        List<JsonNode> results = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record :
                TopicReader.committed(BROKER.bootstrapServers()).read("results")) {
            results.add(JSON.readTree(record.value()));
        }
        assertThat(FailOnce.CALLS.get()).isGreaterThan(REQUESTS);
        assertThat(results)
                .extracting(result -> result.get("request_id").textValue())
                .doesNotHaveDuplicates()
                .hasSize(REQUESTS);
        for (JsonNode result : results) {
            boolean bad = result.get("request_id").textValue().equals("r-7");
            assertThat(result.get("status").textValue()).isEqualTo(bad ? "REJECTED" : "OK");
            assertThat(result.get("ranked").size()).isEqualTo(bad ? 0 : 2);
        }
    }

    private static void send() throws Exception {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", BROKER.bootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer())) {
            for (int i = 0; i < REQUESTS; i++) {
                String documents =
                        i == 7
                                ? "[null]"
                                : "[{\"id\":\"a\",\"text\":\"passage %d\"},{\"id\":\"b\",\"text\":\"another\"}]"
                                        .formatted(i);
                producer.send(
                        new ProducerRecord<>(
                                "requests",
                                "{\"request_id\":\"r-%d\",\"query\":\"query %d\",\"documents\":%s}"
                                        .formatted(i, i, documents)));
            }
        }
    }
}
