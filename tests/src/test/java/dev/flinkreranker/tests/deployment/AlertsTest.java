package dev.flinkreranker.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
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

    /**
     * A counter of a reason or a status is made when it first counts; until then its sum is no zero
     * but nothing, and what is added to nothing is nothing. Those of refused configs are there from
     * the start.
     */
    @Test
    void addNothingThatIsMissing() {
        Pattern late =
                Pattern.compile(
                        "flink_\\w+_rerank_(reason_deadLetters|status_results|tenant_\\w+)");
        Pattern guarded =
                Pattern.compile(
                        "\\(sum\\(rate\\((%s)(\\{[^}]*})?\\[\\w+]\\)\\) or vector\\(0\\)\\)"
                                .formatted(late.pattern()));
        for (String expression : RULES.findValuesAsText("expr")) {
            List<String> needed =
                    late.matcher(expression).results().map(MatchResult::group).toList();
            assertThat(guarded.matcher(expression).results().map(match -> match.group(1)))
                    .as(expression)
                    .containsExactlyElementsOf(needed);
        }
    }

    /** Every other alert compares what a running job reports, and is silent about a dead one. */
    @Test
    void knowAJobThatIsGone() {
        assertThat(RULES.findValuesAsText("expr"))
                .contains(
                        "absent_over_time(flink_taskmanager_job_task_operator_rerank_events[5m])");
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
