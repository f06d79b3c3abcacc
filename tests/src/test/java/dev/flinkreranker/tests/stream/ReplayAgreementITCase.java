package dev.flinkreranker.tests.stream;

import static dev.flinkreranker.tests.support.Json.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.job.stream.StreamJob;
import dev.flinkreranker.runtime.checkpoint.WeightsFingerprint;
import dev.flinkreranker.tests.support.BrokerExtension;
import dev.flinkreranker.tests.support.CommandRun;
import dev.flinkreranker.workbench.replay.ReplayCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * A replay of a stream's requests under the stream's own file gives the stream's results, byte for
 * byte: overrides, routes and interleaving included, on a real model.
 */
class ReplayAgreementITCase {
    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    private static final Path MODEL = Path.of("models", "scifact-minilm-layerwise");
    private static final String[] WORDS = {
        "cell", "gene", "mouse", "protein", "inhibits", "the", "of", "aspirin", "stem", "in"
    };

    private static final String TENANTS =
            """
            models: {small: {directory: %1$s, dtype: float32, revision: r7}}
            defaults: {model: small, max_length: 64}
            tenants:
              open:
                version: 3
                cutoff_layers: [5]
                overrides: [cutoff_layers, max_length, top_n, fusion, fusion_weight, normalize,
                            normalize_as_declared, max_candidates, min_score, return_documents, return_query, model]
              routed:
                version: 1
                return_query: true
                routes:
                  - {name: east, when: {field: language, in: [zh, ja]},
                     settings: {cutoff_layers: [3, 5]}}
                  - {name: asis, when: {field: urgent, equals: true}, settings: {model: none}}
              trial:
                top_n: 2
                interleave: {name: next, settings: {cutoff_layers: [4], max_length: 32}}
              untouched:
                model: none
                interleave: {name: first, settings: {model: small}}
              fused: {fusion: z_sum, return_documents: true}
              staged:
                normalize: true
                overrides: [top_n, stages]
                stages:
                  - {candidates: 3, by: first_stage}
                  - {cutoff_layers: [4], fusion: z_sum, keep: 2}
                  - {cutoff_layers: [6]}
                interleave: {name: shallow, settings: {stages: null, cutoff_layers: [3]}}
              calibrated:
                return_documents: true
                overrides: [top_n, max_length]
                stages: [{candidates: 3}, {cutoff_layers: [4], keep: 2}, {cutoff_layers: [6]}]
                calibration:
                  slope: 4
                  intercept: -34.5
                  nothing_relevant_below: 0.5
                  fitted_for:
                    - {model: %2$s, settings: "3 by given, cutoff_layers [4], max_length 64, keep 2"}
                    - {model: %2$s, settings: "cutoff_layers [6], max_length 64"}
            unknown_tenant: reject
            """;

    /** Tenant and further fields of each kind of request. */
    private static final List<String> KINDS =
            List.of(
                    "'tenant':'open'",
                    "'tenant':'open','cutoff_layers':[3]",
                    "'tenant':'open','cutoff_layers':[3,4],'top_n':2,'return_query':true",
                    "'tenant':'open','max_length':24,'normalize':true,'return_documents':true",
                    "'tenant':'open','normalize_as_declared':true",
                    "'tenant':'open','fusion':'reciprocal_rank','max_candidates':2",
                    "'tenant':'open','fusion':'z_sum','fusion_weight':0.3,'min_score':-8.5",
                    "'tenant':'open','model':'none'",
                    "'tenant':'open','max_length':400",
                    "'tenant':'open','model':'large'",
                    "'tenant':'routed'",
                    "'tenant':'routed','language':'ja'",
                    "'tenant':'routed','urgent':true,'top_n':1",
                    "'tenant':'routed','cutoff_layers':[3]",
                    "'tenant':'trial'",
                    "'tenant':'trial','top_n':3",
                    "'tenant':'untouched'",
                    "'tenant':'fused'",
                    "'tenant':'staged'",
                    "'tenant':'staged','stages':[{'candidates':2},{'cutoff_layers':[3],'keep':1,"
                            + "'min_score':0.001},{'cutoff_layers':[3,4]}]",
                    "'tenant':'calibrated'",
                    "'tenant':'calibrated','top_n':1",
                    "'tenant':'calibrated','max_length':32",
                    "'tenant':'nobody'");

    private static final int OF_EACH_KIND = 4;

    @TempDir private Path directory;

    @Test
    void theSameRequestsGetTheSameBytes() throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), "agreement");
        job.createTopics();
        List<ProducerRecord<byte[], byte[]>> events = new ArrayList<>();
        Random random = new Random(20);
        for (int i = 0; i < OF_EACH_KIND * KINDS.size(); i++) {
            String id = "r-" + i;
            events.add(
                    new ProducerRecord<>(
                            job.requests(),
                            id.getBytes(UTF_8),
                            request(id, KINDS.get(i % KINDS.size()), random).getBytes(UTF_8)));
        }
        job.send(events);
        Path file = directory.resolve("production.yaml");
        Files.writeString(
                file,
                job.yaml("earliest", "latest", tenants())
                        .replace("models: {hash: {directory: /models/hash}}\n", ""));
        JobConfig config = JobConfigReader.read(file);
        JobClient stream =
                job.start(config, StreamJob.engines(config), 0, directory.resolve("checkpoints"));
        StreamFixture.awaitEnd(stream);

        CommandRun replay =
                CommandRun.of(
                        new CommandLine(new ReplayCommand())
                                .setCaseInsensitiveEnumValuesAllowed(true),
                        "--topic=" + job.requests(),
                        "--bootstrap-servers=" + BROKER.bootstrapServers(),
                        "--config=" + file,
                        "--out=" + directory.resolve("out"));

        assertThat(replay.exitCode()).as(replay.err()).isZero();
        Map<String, String> streamed = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : job.committed(job.results())) {
            streamed.put(new String(record.key(), UTF_8), new String(record.value(), UTF_8));
        }
        Path results = directory.resolve("out/results/production.jsonl");
        assertThat(Files.readAllLines(results))
                .containsExactlyInAnyOrderElementsOf(streamed.values());
        assertThat(streamed.values())
                .anyMatch(result -> result.contains("\"nothing_relevant\":true"))
                .anyMatch(result -> result.contains("\"nothing_relevant\":false"));
        // What these requests may not set, a model that nobody has, and a tenant likewise.
        assertThat(streamed).hasSize(OF_EACH_KIND * (KINDS.size() - 4));
        assertThat(reasons(directory.resolve("out/problems.jsonl")))
                .isEqualTo(
                        job.committed(job.deadLetters()).stream()
                                .map(letter -> StreamFixture.header(letter, "rerank.error.message"))
                                .sorted()
                                .toList());
    }

    private static String tenants() {
        return TENANTS.formatted(MODEL.toAbsolutePath(), WeightsFingerprint.of(MODEL, null));
    }

    private static String request(String id, String kind, Random random) {
        StringBuilder documents = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            documents.append(
                    "%s{'id':'%s-%d','text':'%s','score':%d.5}"
                            .formatted(
                                    i == 0 ? "" : ",",
                                    id,
                                    i,
                                    words(5 + random.nextInt(60), random),
                                    random.nextInt(20)));
        }
        return json(
                "{'request_id':'%s',%s,'query':'%s','documents':[%s]}"
                        .formatted(id, kind, words(3 + random.nextInt(8), random), documents));
    }

    private static String words(int count, Random random) {
        return random.ints(count, 0, WORDS.length)
                .mapToObj(word -> WORDS[word])
                .collect(Collectors.joining(" "));
    }

    private static List<String> reasons(Path problems) throws Exception {
        List<String> reasons = new ArrayList<>();
        for (String line : Files.readAllLines(problems)) {
            String reason = new JsonMapper().readTree(line).get("reason").textValue();
            assertThat(reason).startsWith("refused under production: ");
            reasons.add(reason.substring("refused under production: ".length()));
        }
        return reasons.stream().sorted().toList();
    }
}
