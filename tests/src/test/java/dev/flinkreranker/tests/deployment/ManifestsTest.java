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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the manifests to the schemas of what they describe; a misspelt field fails. */
class ManifestsTest {

    private static final Path K8S = Repository.root().resolve("k8s");

    /** Where the manifests expect the Kafka cluster. */
    private static final String KAFKA_NAMESPACE = "kafka";

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
    @CsvSource({"cpu, cpu", "gpu, gpu", "dev, cpu"})
    void rendersAnOverlayThatMatches(String overlay, String image) throws Exception {
        List<ObjectNode> documents = render(K8S.resolve("overlays").resolve(overlay));

        assertMatch(documents, "reranker");
        assertThat(deployment(documents).at("/spec/image").asText())
                .matches("flink-reranker:.+-" + image);
        holdsTogether(deployment(documents));
    }

    /** Strimzi looks for topics and users in the namespace of the Kafka cluster alone. */
    @ParameterizedTest
    @ValueSource(strings = {"kafka", "overlays/dev/kafka"})
    void rendersWhatIsStrimzisBesideTheKafkaCluster(String folder) throws Exception {
        List<ObjectNode> documents = render(K8S.resolve(folder));

        assertMatch(documents, KAFKA_NAMESPACE);
        assertThat(documents)
                .extracting(document -> document.path("kind").asText())
                .containsOnly("KafkaTopic", "KafkaUser");
        assertThat(documents)
                .extracting(
                        document -> document.at("/metadata/labels/strimzi.io~1cluster").asText())
                .containsOnly("kafka");
    }

    @Test
    void asksTheKafkaClusterWhereItsTopicsAre() {
        JsonNode kafka = Yaml.documents(K8S.resolve("kafka/kustomization.yaml")).get(0);

        assertThat(kafka.path("namespace").asText()).isEqualTo(KAFKA_NAMESPACE);
        for (String config : List.of("base", "overlays/gpu", "overlays/dev")) {
            JsonNode job = Yaml.documents(K8S.resolve(config).resolve("rerank.yaml")).get(0);
            assertThat(job.at("/kafka/bootstrap.servers").asText())
                    .startsWith("kafka-kafka-bootstrap.%s.svc:".formatted(KAFKA_NAMESPACE));
        }
    }

    /** Only the plain listener of the one-node overlay lets anybody in. */
    @ParameterizedTest
    @CsvSource({"cpu, false", "gpu, false", "dev, true"})
    void startsNoPodWithoutItsCredentials(String overlay, boolean optional) throws Exception {
        List<JsonNode> secrets = new ArrayList<>();
        for (ObjectNode document : render(K8S.resolve("overlays").resolve(overlay))) {
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
        Path overlays = own.relativize(K8S.toRealPath().resolve("overlays"));
        Matcher printed =
                Pattern.compile("(?s)```yaml\n(# k8s/overlays/own/kustomization.yaml\n.+?)```")
                        .matcher(Files.readString(K8S.resolve("README.md")));
        assertThat(printed.find()).isTrue();
        Files.writeString(
                own.resolve("kustomization.yaml"),
                printed.group(1)
                        .replace("../cpu", overlays + "/cpu")
                        .replace("../../components", overlays + "/../components"));
        Files.writeString(own.resolve("model.sha256"), "0  model.safetensors\n");

        List<ObjectNode> documents = render(own);

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
                "{apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {container: []}}}}",
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
        // Those of the operator and its autoscaler are in no library here, so they are not checked.
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

    /** All are what their schemas allow, and lie in one namespace. */
    private static void assertMatch(List<ObjectNode> documents, String namespace) {
        assertThat(documents).hasSizeGreaterThan(5);
        for (ObjectNode document : documents) {
            assertThat(errors(document)).as("%s", document.path("kind")).isEmpty();
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
