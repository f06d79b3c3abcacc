package dev.flinkreranker.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.runtime.entrypoint.EntrypointClusterConfiguration;
import org.apache.flink.runtime.entrypoint.EntrypointClusterConfigurationParserFactory;
import org.apache.flink.runtime.entrypoint.parser.CommandLineParser;
import org.junit.jupiter.api.Test;

/** What compose names is there: fields, files, volumes, services, topics, settings. */
class ComposeTest {

    private static final Path DOCKER = Repository.root().resolve("docker");
    private static final JsonNode COMPOSE = Yaml.documents(DOCKER.resolve("compose.yaml")).get(0);

    /** The fields of a service that the compose specification has and we use. */
    private static final Set<String> FIELDS =
            Set.of(
                    "<<",
                    "build",
                    "cap_drop",
                    "command",
                    "depends_on",
                    "environment",
                    "healthcheck",
                    "image",
                    "network_mode",
                    "ports",
                    "read_only",
                    "restart",
                    "security_opt",
                    "tmpfs",
                    "user",
                    "volumes");

    @Test
    void servicesHaveOnlyFieldsThatComposeKnows() {
        COMPOSE.path("x-flink").fieldNames().forEachRemaining(f -> assertThat(FIELDS).contains(f));
        for (JsonNode service : COMPOSE.path("services")) {
            service.fieldNames().forEachRemaining(field -> assertThat(FIELDS).contains(field));
        }
    }

    @Test
    void everyServiceIsPinned() {
        assertThat(COMPOSE.findValuesAsText("image"))
                .hasSizeGreaterThan(5)
                .allMatch(image -> image.matches(".+:v?\\d+\\.\\d+.*"));
    }

    @Test
    void everyMountIsAFileOfOursOrANamedVolume() {
        for (JsonNode volumes : COMPOSE.findValues("volumes")) {
            for (JsonNode volume : volumes) {
                if (!volume.isTextual()) {
                    continue;
                }
                String source =
                        volume.asText().replaceFirst("\\$\\{\\w+:-([^}]+)}", "$1").split(":")[0];
                if (source.startsWith(".")) {
                    assertThat(Files.exists(DOCKER.resolve(source))).as(source).isTrue();
                } else {
                    assertThat(COMPOSE.path("volumes").has(source)).as(source).isTrue();
                }
            }
        }
    }

    @Test
    void whatAServiceWaitsForIsAService() {
        for (JsonNode dependencies : COMPOSE.findValues("depends_on")) {
            for (Map.Entry<String, JsonNode> dependency : dependencies.properties()) {
                JsonNode service = COMPOSE.path("services").path(dependency.getKey());
                assertThat(service.isObject()).as(dependency.getKey()).isTrue();
                if (dependency.getValue().path("condition").asText().equals("service_healthy")) {
                    assertThat(service.has("healthcheck")).as(dependency.getKey()).isTrue();
                }
            }
        }
    }

    @Test
    void theTopicsOfTheJobAreCreatedHereAndInKubernetes() throws Exception {
        Set<String> created = new TreeSet<>();
        Matcher topic =
                Pattern.compile("--topic (\\S+)")
                        .matcher(COMPOSE.at("/services/topics/command").get(2).asText());
        while (topic.find()) {
            created.add(topic.group(1));
        }
        List<String> inKubernetes = new ArrayList<>();
        for (ObjectNode document :
                Yaml.documents(Repository.root().resolve("k8s/kafka/kafka-topics.yaml"))) {
            inKubernetes.add(document.at("/metadata/name").asText());
        }
        for (String config : List.of("docker/rerank.yaml", "k8s/base/rerank.yaml")) {
            JsonNode job = Yaml.documents(Repository.root().resolve(config)).get(0);
            List<String> topics = job.findValuesAsText("topic");
            assertThat(topics).hasSizeGreaterThanOrEqualTo(3);
            assertThat(created).as(config).containsAll(topics);
            assertThat(inKubernetes).as(config).containsAll(topics);
        }
        assertThat(created).containsExactlyInAnyOrderElementsOf(inKubernetes);
    }

    /**
     * Flink's parser takes the beginning of an option for the option, and so took the job's {@code
     * --config} for its own {@code --configDir}.
     */
    @Test
    void flinkLeavesTheJobItsArguments() throws Exception {
        List<String> command = texts(COMPOSE.at("/services/jobmanager/command"));
        assertThat(command.subList(0, 2)).containsExactly("standalone-job", "--job-classname");
        List<String> arguments = new ArrayList<>(List.of("--configDir", "/opt/flink/conf"));
        // This parser has the options that all of Flink's entry points share, so not the class's.
        arguments.addAll(command.subList(3, command.size()));

        EntrypointClusterConfiguration parsed =
                new CommandLineParser<>(new EntrypointClusterConfigurationParserFactory())
                        .parse(arguments.toArray(String[]::new));

        assertThat(parsed.getConfigDir()).isEqualTo("/opt/flink/conf");
        assertThat(parsed.getArgs())
                .containsExactly("--config", "/etc/reranker/rerank.yaml", "--resume");
    }

    @Test
    void whatHoldsTheJobsStateIsStartedAgain() {
        assertThat(COMPOSE.at("/x-flink/restart").asText()).isEqualTo("unless-stopped");
        assertThat(COMPOSE.at("/services/kafka/restart").asText()).isEqualTo("unless-stopped");
    }

    @Test
    void kafkaKeepsItsRecordsInTheVolume() {
        JsonNode kafka = COMPOSE.at("/services/kafka");

        assertThat(kafka.path("volumes").get(0).asText())
                .isEqualTo("kafka:" + kafka.at("/environment/KAFKA_LOG_DIRS").asText());
    }

    @Test
    void flinksUserMayWriteWhatIsNotReadOnly() {
        assertThat(COMPOSE.at("/x-flink/read_only").asBoolean()).isTrue();
        assertThat(texts(COMPOSE.at("/x-flink/tmpfs")))
                .containsExactlyInAnyOrder(
                        "/tmp:exec,mode=1777", "/opt/flink/log:uid=9999,gid=9999,mode=755");
    }

    @Test
    void theHostsConfigurationDiffersByTheListenerAlone() throws Exception {
        String inside = withoutComments(DOCKER.resolve("rerank.yaml"));
        String host = withoutComments(DOCKER.resolve("host.yaml"));

        assertThat(host).isEqualTo(inside.replace("kafka:9092", "localhost:19092"));
        assertThat(COMPOSE.at("/services/kafka/environment/KAFKA_ADVERTISED_LISTENERS").asText())
                .contains("//kafka:9092", "//localhost:19092");
    }

    private static String withoutComments(Path file) throws IOException {
        return Files.readString(file).replaceAll("(?m)^#.*\\n", "");
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.asText()));
        return texts;
    }

    @Test
    void flinkIsSetWithOptionsThatItHas() {
        List<String> keys = new ArrayList<>();
        Yaml.documents(DOCKER.resolve("conf/config.yaml"))
                .get(0)
                .fieldNames()
                .forEachRemaining(keys::add);
        keys.remove("env.java.opts.all");

        assertThat(keys).isNotEmpty().allMatch(FlinkOptions.known(), "an option of Flink");
    }

    @Test
    void theImageOpensToFlinkWhatACheckoutDoes() throws IOException {
        String options =
                Yaml.documents(DOCKER.resolve("conf/config.yaml"))
                        .get(0)
                        .path("env.java.opts.all")
                        .asText();
        Path checkout = DOCKER.resolveSibling("job/local/flink.opens");

        assertThat(Stream.of(options.split(" ")).filter(option -> option.startsWith("--add-opens")))
                .containsExactlyElementsOf(
                        Files.readAllLines(checkout).stream()
                                .filter(line -> !line.startsWith("#"))
                                .toList());
    }
}
