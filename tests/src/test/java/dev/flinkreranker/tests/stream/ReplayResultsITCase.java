package dev.flinkreranker.tests.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.operators.result.RankedDocument;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.tests.support.BrokerExtension;
import dev.flinkreranker.tests.support.CommandRun;
import dev.flinkreranker.workbench.replay.ReplayCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What production wrote is all that a new configuration needs to be tried on. */
class ReplayResultsITCase {
    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    private static final Path MODEL = Path.of("models", "scifact-minilm-layerwise");
    private static final int REQUESTS = 12;

    @TempDir private Path directory;

    @Test
    void theResultsTopicAloneIsReplayedAndComparedWithProduction() throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), "production");
        job.createTopics();
        BROKER.get().createTopics(1, "shadow");
        List<ProducerRecord<byte[], byte[]>> events = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            String tenant = i == 5 ? "silent" : "open";
            events.add(new ProducerRecord<>(job.requests(), request(i, tenant)));
        }
        job.send(events);
        job.run(
                job.config(
                        """
                            delivery: {checkpoint_interval: 300ms}
                            defaults: {model: hash}
                            tenants:
                              open: {return_documents: true, return_query: true}
                              silent: {return_documents: true}
                            """),
                0,
                directory.resolve("checkpoints"));

        Path out = directory.resolve("out");
        for (int run = 0; run < 2; run++) {
            CommandRun replay =
                    CommandRun.of(
                            new CommandLine(new ReplayCommand())
                                    .setCaseInsensitiveEnumValuesAllowed(true),
                            "--topic=" + job.results(),
                            "--bootstrap-servers=" + BROKER.bootstrapServers(),
                            "--model=" + MODEL,
                            "--grid=cutoff_layers=3",
                            "--results-topic=shadow",
                            "--out=" + out);
            assertThat(replay.exitCode()).as(replay.err()).isZero();
        }

        JsonNode summary = new JsonMapper().readTree(out.resolve("summary.json").toFile());
        assertThat(summary.get("requests").intValue()).isEqualTo(REQUESTS - 1);
        assertThat(summary.at("/contenders/0/name").textValue()).isEqualTo("live");
        assertThat(Files.readString(out.resolve("problems.jsonl")))
                .hasLineCount(1)
                .contains("the result carries no query: set return_query for tenant silent");
        assertThat(liveOrders(out)).isEqualTo(answered(job.committed(job.results())));
        assertThat(job.committed("shadow")).hasSize(REQUESTS - 1);
    }

    private static byte[] request(int i, String tenant) {
        return """
            {"request_id":"r%d","tenant":"%s","query":"query %d","documents":[
              {"id":"a","text":"cell %d"},{"id":"b","text":"gene %d"},{"id":"c","text":"protein"}]}
            """
                .formatted(i, tenant, i, i, i)
                .getBytes(UTF_8);
    }

    private static Map<String, List<String>> answered(List<ConsumerRecord<byte[], byte[]>> records)
            throws Exception {
        Map<String, List<String>> orders = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            RankedResult result = ResultCodec.decode(record.value());
            if (result.query() != null) {
                orders.put(
                        result.requestId(),
                        result.results().stream()
                                .map(RankedDocument::id)
                                .map(JsonNode::asText)
                                .toList());
            }
        }
        return orders;
    }

    private static Map<String, List<String>> liveOrders(Path out) throws Exception {
        return Files.readAllLines(out.resolve("runs/live.trec")).stream()
                .map(line -> line.split("[ \t]"))
                .sorted(Comparator.comparingInt(fields -> Integer.parseInt(fields[3])))
                .collect(
                        Collectors.groupingBy(
                                fields -> fields[0],
                                TreeMap::new,
                                Collectors.mapping(fields -> fields[2], Collectors.toList())));
    }
}
