package dev.flinkreranker.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the manifests to the schemas of what they describe; a misspelt field fails. */
class ManifestsTest {

    private static final Path K8S = Repository.root().resolve("k8s");

    private static CustomResourceSchema flinkDeployment;

    @BeforeAll
    static void readSchema() throws IOException {
        flinkDeployment = CustomResourceSchema.flinkDeployment();
    }

    static Stream<Path> resourceFiles() throws IOException {
        try (Stream<Path> files = Files.walk(K8S)) {
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
            assertThat(errors(document)).as("%s", K8S.relativize(file)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu", "dev"})
    void rendersAnOverlayThatMatches(String overlay) throws Exception {
        List<ObjectNode> documents = render(K8S.resolve("overlays").resolve(overlay));

        assertThat(documents).hasSizeGreaterThan(10);
        for (ObjectNode document : documents) {
            assertThat(errors(document)).as("%s", document.path("kind")).isEmpty();
        }
        assertThat(documents)
                .filteredOn(document -> document.path("kind").asText().equals("FlinkDeployment"))
                .singleElement()
                .satisfies(ManifestsTest::holdsTogether);
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

        assertThat(errors(document)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{apiVersion: policy/v1, kind: PodDisruptionBudget, spec: {maxUnavailble: 1}}",
                "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, spec: {podselector: {}}}",
                "{apiVersion: kafka.strimzi.io/v1, kind: KafkaTopic, spec: {partition: 1}}",
                "{apiVersion: kafka.strimzi.io/v1, kind: KafkaUser, spec: {authorisation: {}}}",
                "{apiVersion: monitoring.coreos.com/v1, kind: ServiceMonitor, spec: {endpoint: []}}",
                "{apiVersion: v2, kind: Service}"
            })
    void refusesAnotherMisspeltResource(String resource) throws IOException {
        assertThat(errors(Yaml.documents(resource).get(0))).isNotEmpty();
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
            Yaml.documents(K8S.resolve(file))
                    .get(0)
                    .at("/spec/flinkConfiguration")
                    .fieldNames()
                    .forEachRemaining(keys::add);
        }
        keys.removeIf(
                key -> key.startsWith("kubernetes.operator.") || key.startsWith("job.autoscaler."));

        assertThat(keys).isNotEmpty().allMatch(FlinkOptions.known(), "an option of Flink");
        assertThat(FlinkOptions.known()).rejects("taskmanager.numberOfTaskSlot", "state.backed");
    }

    @Test
    void logsAsTheImageDoes() throws IOException {
        JsonNode deployment = Yaml.documents(K8S.resolve("base/flink-deployment.yaml")).get(0);

        assertThat(deployment.at("/spec/logConfiguration/log4j-console.properties").asText())
                .isEqualTo(
                        Files.readString(
                                K8S.resolveSibling("docker/conf/log4j-console.properties")));
    }

    private static List<String> errors(JsonNode document) {
        return document.path("kind").asText().equals("FlinkDeployment")
                ? flinkDeployment.errors(document)
                : TypedResources.errors(document);
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
        assertThat(deployment.at("/spec/image").asText()).matches("flink-reranker:.+-(cpu|gpu)");
    }

    private static List<ObjectNode> render(Path overlay) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder("kubectl", "kustomize", overlay.toString()).start();
        } catch (IOException e) {
            assumeTrue(false, "kubectl is not on this machine");
            return List.of();
        }
        String manifests =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(errors).isZero();
        return Yaml.documents(manifests);
    }

    private static boolean isKustomization(JsonNode document) {
        return document.path("apiVersion").asText().startsWith("kustomize.config.k8s.io/");
    }
}
