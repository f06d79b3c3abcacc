package dev.flinkreranker.tests.stream;

import static dev.flinkreranker.tests.stream.StreamFixture.header;
import static dev.flinkreranker.tests.support.Json.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.result.RankedDocument;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.operators.result.ResultStatus;
import dev.flinkreranker.tests.support.BrokerExtension;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What tenants choose, through the whole job on a real broker. */
class SettingsITCase {

    private static final String SCORED =
            "'documents':[{'text':'a','score':1},{'text':'b','score':3},{'text':'c','score':2}]";

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    private final Path checkpoints = CheckpointFolder.create();

    @Test
    void routesFusionAndOverridesDecideEachRequest() throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), "settings");
        job.createTopics();
        Map<String, String> requests = new LinkedHashMap<>();
        requests.put("fused", "'tenant':'acme'," + SCORED);
        requests.put("unscored", "'tenant':'acme','documents':['a','b']");
        requests.put("routed", "'tenant':'acme','language':'zh','documents':['a','b']");
        requests.put("both", "'tenant':'acme','language':'zh','tier':0,'top_n':1," + SCORED);
        requests.put("deeper", "'tenant':'acme','language':'zh','max_length':65," + SCORED);
        requests.put("plain", "'language':'zh'," + SCORED);
        job.send(
                requests.entrySet().stream()
                        .map(r -> event(job, r.getKey(), r.getValue()))
                        .toList());

        job.run(
                job.config(
                        """
                        delivery: {checkpoint_interval: 300ms}
                        defaults: {model: hash}
                        tenants:
                          acme:
                            version: 3
                            fusion: z_sum
                            fusion_weight: 0.999
                            overrides: [top_n, max_length]
                            routes:
                              - name: east
                                when: {field: language, in: [ja, zh]}
                                settings: {fusion: none, max_length: 64}
                              - name: never
                                when: {field: tier, equals: 0}
                                settings: {model: none}
                        """),
                0,
                checkpoints);

        Map<String, RankedResult> results = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : job.committed(job.results())) {
            results.put(new String(record.key(), UTF_8), ResultCodec.decode(record.value()));
        }
        Map<String, String> letters = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> letter : job.committed(job.deadLetters())) {
            letters.put(
                    new String(letter.key(), UTF_8),
                    header(letter, DeadLetter.REASON) + ": " + header(letter, DeadLetter.MESSAGE));
        }
        assertThat(results).containsOnlyKeys("fused", "routed", "both", "plain");
        assertThat(results.values()).allMatch(result -> result.status() == ResultStatus.RANKED);
        RankedResult fused = results.get("fused");
        assertThat(fused.results()).extracting(RankedDocument::index).containsExactly(1, 2, 0);
        assertThat(fused.results())
                .extracting(RankedDocument::firstStageScore)
                .containsExactly(3.0, 2.0, 1.0);
        assertThat(fused.meta().fusion()).isEqualTo("z_sum");
        assertThat(fused.meta().route()).isNull();
        assertThat(results.get("routed").meta().route()).isEqualTo("east");
        assertThat(results.get("routed").meta().fusion()).isNull();
        assertThat(results.get("both").meta().route()).isEqualTo("east");
        assertThat(results.get("both").results()).hasSize(1);
        assertThat(results.get("plain").meta().route()).isNull();
        assertThat(letters)
                .containsOnly(
                        Map.entry(
                                "unscored",
                                "MISSING_FIELD: documents[0].score is missing: fusion z_sum needs"
                                        + " the first stage's score of every document that is"
                                        + " scored"),
                        Map.entry(
                                "deeper",
                                "OVERRIDE_NOT_ALLOWED: max_length must not exceed the tenant's"
                                        + " (64), but is 65"));
    }

    private static ProducerRecord<byte[], byte[]> event(
            StreamFixture job, String key, String fields) {
        String value = json("{'request_id':'%s','query':'q',%s}".formatted(key, fields));
        return new ProducerRecord<>(job.requests(), key.getBytes(UTF_8), value.getBytes(UTF_8));
    }
}
