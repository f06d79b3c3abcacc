package dev.flinkreranker.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds what the overlays render to its schemas, and to what schemas cannot say. */
class OverlaysTest {

    @ParameterizedTest
    @CsvSource({"cpu, cpu", "gpu, gpu", "dev, cpu"})
    void rendersAnOverlayThatMatches(String overlay, String image) throws Exception {
        List<ObjectNode> documents =
                Manifests.render(Manifests.K8S.resolve("overlays").resolve(overlay));

        assertMatch(documents, "reranker");
        assertThat(deployment(documents).at("/spec/image").asText())
                .matches("flink-reranker:.+-" + image);
        holdsTogether(deployment(documents));
    }

    /** Strimzi looks for topics and users in the namespace of the Kafka cluster alone. */
    @ParameterizedTest
    @ValueSource(strings = {"kafka", "overlays/dev/kafka"})
    void rendersWhatIsStrimzisBesideTheKafkaCluster(String folder) throws Exception {
        List<ObjectNode> documents = Manifests.render(Manifests.K8S.resolve(folder));

        assertMatch(documents, Manifests.KAFKA_NAMESPACE);
        assertThat(documents)
                .extracting(document -> document.path("kind").asText())
                .containsOnly("KafkaTopic", "KafkaUser");
        assertThat(documents)
                .extracting(
                        document -> document.at("/metadata/labels/strimzi.io~1cluster").asText())
                .containsOnly("kafka");
    }

    /** Only the plain listener of the one-node overlay lets anybody in. */
    @ParameterizedTest
    @CsvSource({"cpu, false", "gpu, false", "dev, true"})
    void startsNoPodWithoutItsCredentials(String overlay, boolean optional) throws Exception {
        List<JsonNode> secrets = new ArrayList<>();
        for (ObjectNode document :
                Manifests.render(Manifests.K8S.resolve("overlays").resolve(overlay))) {
            document.findParents("secretName").forEach(secrets::add);
        }

        assertThat(secrets).hasSize(6);
        assertThat(secrets)
                .extracting(secret -> secret.path("optional").asBoolean())
                .containsOnly(optional);
    }

    /** The overlay that k8s/README.md prints, with the model from a bucket too. */
    @Test
    void rendersTheOverlayThatTheReadmePrints(@TempDir Path folder) throws Exception {
        Path own = folder.toRealPath();
        Path overlays = own.relativize(Manifests.K8S.toRealPath().resolve("overlays"));
        Matcher printed =
                Pattern.compile("(?s)```yaml\n(# k8s/overlays/own/kustomization.yaml\n.+?)```")
                        .matcher(Files.readString(Manifests.K8S.resolve("README.md")));
        assertThat(printed.find()).isTrue();
        Files.writeString(
                own.resolve("kustomization.yaml"),
                printed.group(1)
                        .replace("../cpu", overlays + "/cpu")
                        .replace("../../components", overlays + "/../components"));
        Files.writeString(own.resolve("model.sha256"), "0  model.safetensors\n");

        List<ObjectNode> documents = Manifests.render(own);

        assertMatch(documents, "reranker");
        JsonNode deployment = deployment(documents);
        holdsTogether(deployment);
        assertThat(deployment.findValuesAsText("image"))
                .hasSize(3)
                .filteredOn(image -> !image.startsWith("amazon/"))
                .allMatch(image -> image.matches("registry.example.com/.*flink-reranker:.+-cpu"));
        assertThat(deployment.at("/spec/flinkConfiguration").toString())
                .doesNotContain("s3://reranker/")
                .contains("taskmanager.numberOfTaskSlots");
        Map<String, JsonNode> configs = new HashMap<>();
        documents.stream()
                .filter(document -> document.path("kind").asText().equals("ConfigMap"))
                .forEach(document -> configs.put(document.at("/metadata/name").asText(), document));
        JsonNode init = deployment.at("/spec/taskManager/podTemplate/spec");
        assertThat(configs)
                .containsKey(
                        init.at("/initContainers/0/env/1/valueFrom/configMapKeyRef/name").asText());
        assertThat(configs.get(init.at("/volumes/1/configMap/name").asText()).toString())
                .contains("model.safetensors");
        assertThat(documents)
                .filteredOn(document -> document.at("/metadata/labels/release").isTextual())
                .hasSize(2);
    }

    /** All are what their schemas allow, and lie in one namespace. */
    private static void assertMatch(List<ObjectNode> documents, String namespace) {
        assertThat(documents).hasSizeGreaterThan(5);
        for (ObjectNode document : documents) {
            assertThat(Manifests.errors(document)).as("%s", document.path("kind")).isEmpty();
            if (!document.path("kind").asText().equals("Namespace")) {
                assertThat(document.at("/metadata/namespace").asText())
                        .as("%s", document.path("metadata"))
                        .isEqualTo(namespace);
            }
        }
    }

    private static JsonNode deployment(List<ObjectNode> documents) {
        return documents.stream()
                .filter(document -> document.path("kind").asText().equals("FlinkDeployment"))
                .findAny()
                .orElseThrow();
    }

    /** What the schema cannot say: every mount has its volume, the job names its class. */
    private static void holdsTogether(JsonNode deployment) {
        List<String> volumes = new ArrayList<>();
        List<String> mounts = new ArrayList<>();
        for (String template : List.of("/spec/podTemplate", "/spec/taskManager/podTemplate")) {
            JsonNode pod = deployment.at(template + "/spec");
            volumes.addAll(pod.path("volumes").findValuesAsText("name"));
            for (String containers : List.of("containers", "initContainers")) {
                for (JsonNode container : pod.path(containers)) {
                    mounts.addAll(container.path("volumeMounts").findValuesAsText("name"));
                    assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean())
                            .as("a container's root is read-only")
                            .isEqualTo(container.has("securityContext"));
                }
            }
        }
        assertThat(volumes).containsAll(mounts);
        assertThat(deployment.at("/spec/job/upgradeMode").asText()).isEqualTo("savepoint");
    }
}
