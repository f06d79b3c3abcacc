package dev.flinkreranker.tests.cluster;

import static dev.flinkreranker.tests.support.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.rig.KafkaBroker;
import dev.flinkreranker.tests.rig.MetricsPorts;
import dev.flinkreranker.tests.rig.Rig;
import dev.flinkreranker.tests.rig.TopicRecords;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The packaged job on processes of its own, with the image's libraries. */
class ClusterITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** How often the second job is cancelled and run again; more in a long check. */
    private static final int RESUBMISSIONS = Integer.getInteger("resubmissions", 2);

    /** From then on nothing more may stay behind. */
    private static final int WARM_UP = 1;

    /** What the TaskManagers held, for whoever measures. */
    private static final Path FOOTPRINTS = Path.of("target", "footprints.txt");

    private static Path root;
    private static Rig rig;
    private static MetricsPorts metrics;

    @BeforeAll
    static void start() throws Exception {
        root = Path.of("..").toRealPath();
        metrics = MetricsPorts.find();
        rig = Rig.start(root, KafkaBroker.Settings.PLAIN, 2, metrics.options());
        rig.broker().createTopics(2, "requests", "results", "dead-letters", "tenants");
        rig.broker()
                .createTopics(
                        1,
                        "second-requests",
                        "second-results",
                        "second-dead-letters",
                        "second-tenants");
        submit("first", "");
    }

    @AfterAll
    static void stop() {
        if (rig != null) {
            rig.close();
        }
    }

    @Test
    void ranksAndTellsWhatItDoes() throws Exception {
        send("requests", "good", request("good"));
        send("tenants", "t", json("{'version': 3}"));
        send("requests", "bad", json("{'request_id': "));
        awaitAnswers("", 1, 1);

        JsonNode result =
                new ObjectMapper().readTree(committed("results").values().get("good").get(0));
        assertThat(result.path("status").asText()).isEqualTo("RANKED");
        assertThat(result.at("/meta/config_version").asLong()).isEqualTo(3);
        assertThat(result.path("results").findValuesAsText("index")).containsExactly("1", "0");
        assertThat(committed("dead-letters").values()).containsOnlyKeys("bad");

        Set<String> asked = new TreeSet<>();
        asked.addAll(metricNames(root.resolve("docker/grafana/dashboards/reranker.json")));
        asked.addAll(metricNames(root.resolve("docker/prometheus/alerts.yaml")));
        asked.addAll(metricNames(root.resolve("docker/README.md")));
        asked.addAll(metricNames(root.resolve("k8s/README.md")));
        asked.addAll(metricNames(root.resolve("job/README.md")));
        asked.addAll(metricNames(root.resolve("operators/README.md")));
        assertThat(asked).hasSizeGreaterThan(20);
        Eventually.holds(
                "Prometheus can scrape all of " + asked,
                PATIENCE,
                () -> metrics.scrape().containsAll(asked));
    }

    @Test
    void sharesTaskManagersWithASecondJob() throws Exception {
        List<JvmFootprint> warm = null;
        for (int run = 0; run <= RESUBMISSIONS; run++) {
            String job = submit("second", "second-");
            send("second-tenants", "t", json("{'version': %d}").formatted(run + 1));
            send("second-requests", "r" + run, request("r" + run));
            awaitAnswers("second-", run + 1, 0);
            rig.flink().rest().cancel(job);
            if (run == WARM_UP) {
                warm = footprints();
            }
        }
        Files.writeString(
                FOOTPRINTS,
                "after %d runs:%n%s%nafter %d:%n%s%n"
                        .formatted(WARM_UP + 1, warm, RESUBMISSIONS + 1, footprints()));
        for (int i = 0; i < rig.flink().taskManagers(); i++) {
            assertThat(rig.flink().taskManagerOutput(i)).doesNotContain("UnsatisfiedLinkError");
            long pid = rig.flink().taskManagerPid(i);
            JvmFootprint before = warm.get(i);
            // A cancelled job's last threads and classes go a moment after it.
            Eventually.holds(
                    "TaskManager " + i + " holds no more than before",
                    PATIENCE,
                    () -> {
                        List<String> leaks =
                                JvmFootprint.of(pid).leaksSince(before, RESUBMISSIONS - WARM_UP);
                        if (!leaks.isEmpty()) {
                            throw new IllegalStateException(leaks.toString());
                        }
                        return true;
                    });
        }
    }

    /** The job's jar leaves libraries out; what the runbooks call for must not need them. */
    @Test
    void theImageHasTheCommandLineOfItsRunbooks() throws Exception {
        rig.broker().createTopics(1, "cli-requests", "cli-results", "cli-dead-letters");
        String config = config("cli", "cli-").toString();
        String acme = rig.file("acme.yaml", "cutoff_layers: [3]\n").toString();

        rig.rerank("tenants", "put", acme, "--config", config, "--create");

        assertThat(rig.rerank("tenants", "list", "--config", config)).contains("acme");
        assertThat(rig.rerank("dead-letters", "redrive", "--config", config)).contains("0");
        assertThat(rig.rerank("schema", "tenant")).contains("cutoff_layers");
        assertThat(rig.rerank("--help").split("Commands:")[1].lines())
                .filteredOn(line -> line.matches(" {2}\\S.*"))
                .map(line -> line.strip().split(" ")[0])
                .startsWith("stream", "tenants", "dead-letters", "schema", "help");
    }

    private static List<JvmFootprint> footprints() throws Exception {
        List<JvmFootprint> footprints = new ArrayList<>();
        for (int i = 0; i < rig.flink().taskManagers(); i++) {
            footprints.add(JvmFootprint.of(rig.flink().taskManagerPid(i)));
        }
        return footprints;
    }

    private static String submit(String name, String prefix) throws Exception {
        String job = rig.submit(config(name, prefix), 2, null);
        rig.flink().rest().awaitProgress(job, PATIENCE);
        return job;
    }

    private static Path config(String name, String prefix) throws Exception {
        return rig.file(
                name + ".yaml",
                """
                name: %s
                requests: {topic: %srequests, group: %s}
                results: {topic: %sresults}
                dead_letters: {topic: %sdead-letters}
                kafka: {bootstrap.servers: "%s"}
                delivery: {checkpoint_interval: 500ms}
                models: {small: {directory: %s}}
                defaults: {model: small, max_length: 256}
                tenant_configs: {topic: %stenants}
                unknown_tenant: hold
                """
                        .formatted(
                                name,
                                prefix,
                                name,
                                prefix,
                                prefix,
                                rig.broker().bootstrapServers(),
                                root.resolve("tests/models/scifact-minilm-layerwise"),
                                prefix));
    }

    private static String request(String id) {
        return """
               {"request_id": "%s", "tenant": "t", "query": "vitamin D",
                "documents": ["a red car", "the sun lets the skin make vitamin D"]}
               """
                .formatted(id);
    }

    private static void send(String topic, String key, String value) throws Exception {
        rig.broker().send(topic, key, value);
    }

    private static TopicRecords committed(String topic) {
        return TopicRecords.read(
                rig.broker().bootstrapServers(), topic, IsolationLevel.READ_COMMITTED);
    }

    private static void awaitAnswers(String prefix, int results, int deadLetters) throws Exception {
        Eventually.holds(
                results + " results and " + deadLetters + " dead letters",
                PATIENCE,
                () ->
                        committed(prefix + "results").distinct() == results
                                && committed(prefix + "dead-letters").distinct() == deadLetters);
    }

    private static Set<String> metricNames(Path file) throws Exception {
        Set<String> names = new TreeSet<>();
        Matcher name = Pattern.compile("\\bflink_\\w+").matcher(Files.readString(file));
        while (name.find()) {
            names.add(name.group());
        }
        return names;
    }
}
