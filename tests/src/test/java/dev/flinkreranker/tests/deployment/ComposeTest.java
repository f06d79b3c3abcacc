package dev.flinkreranker.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
}
