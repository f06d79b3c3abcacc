package dev.flinkreranker.tests.deployment;

import static dev.flinkreranker.tests.support.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Flink's REST API runs code and asks for no password: what ships lets nobody reach it. */
class ClosedByDefaultTest {

    private static final Path ROOT = Repository.root();

    /** Flink's settings as compose and as Kubernetes have them. */
    static Stream<JsonNode> settings() {
        return Stream.of(
                Yaml.documents(ROOT.resolve("docker/conf/config.yaml")).get(0),
                Yaml.documents(ROOT.resolve("k8s/base/flink-deployment.yaml"))
                        .get(0)
                        .at("/spec/flinkConfiguration"));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void theWebInterfaceNeitherSubmitsNorCancels(JsonNode settings) {
        assertThat(settings.path("web.submit.enable").asText()).isEqualTo("false");
        assertThat(settings.path("web.cancel.enable").asText()).isEqualTo("false");
    }

    @ParameterizedTest
    @MethodSource("settings")
    void noServiceIsExposedBeyondTheCluster(JsonNode settings) {
        assertThat(settings.path("kubernetes.rest-service.exposed.type").asText("ClusterIP"))
                .isEqualTo("ClusterIP");
    }

    @Test
    void composePublishesNothingBeyondThisMachine() {
        JsonNode services =
                Yaml.documents(ROOT.resolve("docker/compose.yaml")).get(0).path("services");
        List<String> published = new ArrayList<>();
        for (JsonNode service : services) {
            service.path("ports").forEach(port -> published.add(port.asText()));
        }

        assertThat(published).hasSizeGreaterThan(3).allMatch(port -> port.startsWith("127.0.0.1:"));
    }

    @Test
    void onlyTheOperatorAndTheJobsOwnPodsReachRestInKubernetes() {
        JsonNode ingress =
                Yaml.documents(ROOT.resolve("k8s/base/network-policy.yaml")).get(0).path("spec");
        assertThat(ingress.at("/podSelector/matchLabels/app").asText()).isEqualTo("reranker");
        assertThat(ingress.path("policyTypes").get(0).asText()).isEqualTo("Ingress");

        List<JsonNode> sources = new ArrayList<>();
        for (JsonNode rule : ingress.path("ingress")) {
            assertThat(rule.path("ports").size()).as("a rule without ports opens all").isPositive();
            for (JsonNode port : rule.path("ports")) {
                if (port.path("port").asInt() == 8081) {
                    rule.path("from").forEach(sources::add);
                }
            }
        }
        assertThat(sources)
                .extracting(source -> source.at("/podSelector/matchLabels").toString())
                .containsExactly(
                        json("{'app':'reranker'}"),
                        "{\"app.kubernetes.io/name\":\"flink-kubernetes-operator\"}");
    }
}
