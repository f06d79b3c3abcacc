package dev.flinkreranker.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The manifests' folder, and the schemas that hold for what lies in it. */
final class Manifests {

    static final Path K8S = Repository.root().resolve("k8s");

    /** Where they expect the Kafka cluster. */
    static final String KAFKA_NAMESPACE = "kafka";

    private static final CustomResourceSchema FLINK_DEPLOYMENT =
            CustomResourceSchema.flinkDeployment();

    private Manifests() {}

    /** What is wrong with a document; empty when nothing is. */
    static List<String> errors(JsonNode document) {
        return document.path("kind").asText().equals("FlinkDeployment")
                ? FLINK_DEPLOYMENT.errors(document)
                : TypedResources.errors(document);
    }

    /** What {@code kubectl kustomize} makes of a folder; without kubectl the test is skipped. */
    static List<ObjectNode> render(Path overlay) throws Exception {
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
}
