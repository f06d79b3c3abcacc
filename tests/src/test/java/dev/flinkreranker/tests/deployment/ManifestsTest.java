package dev.flinkreranker.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the manifests to the schemas of what they describe; a misspelt field fails. */
class ManifestsTest {

    static Stream<Path> resourceFiles() throws IOException {
        try (Stream<Path> files = Files.walk(Manifests.K8S)) {
            return files
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !Yaml.documents(file).isEmpty())
                    .filter(file -> Yaml.documents(file).get(0).has("kind"))
                    .filter(file -> !isKustomization(Yaml.documents(file).get(0)))
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("resourceFiles")
    void matchesItsSchema(Path file) {
        for (ObjectNode document : Yaml.documents(file)) {
            document.remove("$patch");
            assertThat(Manifests.errors(document))
                    .as("%s", Manifests.K8S.relativize(file))
                    .isEmpty();
        }
    }

    @Test
    void asksTheKafkaClusterWhereItsTopicsAre() {
        JsonNode kafka = Yaml.documents(Manifests.K8S.resolve("kafka/kustomization.yaml")).get(0);

        assertThat(kafka.path("namespace").asText()).isEqualTo(Manifests.KAFKA_NAMESPACE);
        for (String config : List.of("base", "overlays/gpu", "overlays/dev")) {
            JsonNode job =
                    Yaml.documents(Manifests.K8S.resolve(config).resolve("rerank.yaml")).get(0);
            assertThat(job.at("/kafka/bootstrap.servers").asText())
                    .startsWith(
                            "kafka-kafka-bootstrap.%s.svc:".formatted(Manifests.KAFKA_NAMESPACE));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{spec: {upgradMode: savepoint}}",
                "{spec: {job: {upgradeMode: savepiont}}}",
                "{spec: {flinkVersion: v2_9}}",
                "{spec: {flinkConfiguration: {taskmanager.numberOfTaskSlots: 2}}}",
                "{spec: {taskManager: {resource: {memry: 2g}}}}",
                "{spec: {podTemplate: {spec: {volumes: [{name: a, emptydir: {}}]}}}}"
            })
    void refusesAMisspeltDeployment(String patch) throws IOException {
        ObjectNode document = Yaml.documents(patch).get(0);
        document.put("apiVersion", "flink.apache.org/v1beta1").put("kind", "FlinkDeployment");

        assertThat(Manifests.errors(document)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{apiVersion: policy/v1, kind: PodDisruptionBudget, spec: {maxUnavailble: 1}}",
                "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, spec: {podselector: {}}}",
                "{apiVersion: kafka.strimzi.io/v1, kind: KafkaTopic, spec: {partition: 1}}",
                "{apiVersion: kafka.strimzi.io/v1, kind: KafkaUser, spec: {authorisation: {}}}",
                "{apiVersion: monitoring.coreos.com/v1, kind: ServiceMonitor, spec: {endpoint: []}}",
                "{apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {container: []}}}}",
                "{apiVersion: v2, kind: Service}"
            })
    void refusesAnotherMisspeltResource(String resource) throws IOException {
        assertThat(Manifests.errors(Yaml.documents(resource).get(0))).isNotEmpty();
    }

    @Test
    void setsOnlyOptionsThatFlinkHas() {
        Set<String> keys = new TreeSet<>();
        for (String file :
                List.of(
                        "base/flink-deployment.yaml",
                        "overlays/cpu/flink-deployment.yaml",
                        "overlays/gpu/flink-deployment.yaml",
                        "overlays/dev/flink-deployment.yaml")) {
            Yaml.documents(Manifests.K8S.resolve(file))
                    .get(0)
                    .at("/spec/flinkConfiguration")
                    .fieldNames()
                    .forEachRemaining(keys::add);
        }
        // Those of the operator and its autoscaler are in no library here, so they are not checked.
        keys.removeIf(
                key -> key.startsWith("kubernetes.operator.") || key.startsWith("job.autoscaler."));

        assertThat(keys).isNotEmpty().allMatch(FlinkOptions.known(), "an option of Flink");
        assertThat(FlinkOptions.known()).rejects("taskmanager.numberOfTaskSlot", "state.backed");
    }

    @Test
    void logsAsTheImageDoes() throws IOException {
        JsonNode deployment =
                Yaml.documents(Manifests.K8S.resolve("base/flink-deployment.yaml")).get(0);

        assertThat(deployment.at("/spec/logConfiguration/log4j-console.properties").asText())
                .isEqualTo(
                        Files.readString(
                                Manifests.K8S.resolveSibling(
                                        "docker/conf/log4j-console.properties")));
    }

    private static boolean isKustomization(JsonNode document) {
        return document.path("apiVersion").asText().startsWith("kustomize.config.k8s.io/");
    }
}
