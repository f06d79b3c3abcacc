package dev.flinkreranker.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds together the three places that know the alerts: Prometheus, Kubernetes, the runbooks. */
class AlertsTest {

    private static final JsonNode RULES =
            Yaml.documents(Repository.root().resolve("docker/prometheus/alerts.yaml")).get(0);

    @Test
    void areTheSameInKubernetesAsInCompose() {
        JsonNode kubernetes =
                Yaml.documents(Repository.root().resolve("k8s/base/prometheus-rule.yaml")).get(0);

        assertThat(kubernetes.at("/spec/groups")).isEqualTo(RULES.path("groups"));
    }

    @Test
    void haveARunbookEach() throws IOException {
        String readme = Files.readString(Repository.root().resolve("k8s/README.md"));
        List<String> headings =
                readme.lines()
                        .filter(line -> line.startsWith("### Reranker"))
                        .map(line -> line.substring(4))
                        .toList();

        assertThat(headings).isEqualTo(RULES.findValuesAsText("alert"));
    }
}
