package dev.flinkreranker.tests.deployment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flinkreranker.tests.runbooks.Runbooks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds together the places that know the alerts: Prometheus, Kubernetes, runbooks, tests. */
class AlertsTest {

    private static final String CASES = "tests/src/test/resources/alerts/cases.yaml";

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

    /** Installs nothing: without Prometheus's promtool it is skipped. */
    @Test
    void fireWhenTheyShould(@TempDir Path folder) throws Exception {
        Path promtool = Path.of("/usr/bin/promtool");
        assumeThat(promtool).as("no %s: apt-get install prometheus", promtool).isExecutable();
        Files.copy(Repository.root().resolve(CASES), folder.resolve("cases.yaml"));
        Files.copy(
                Repository.root().resolve("docker/prometheus/alerts.yaml"),
                folder.resolve("alerts.yaml"));
        Process run =
                new ProcessBuilder(promtool.toString(), "test", "rules", "cases.yaml")
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(run.getInputStream().readAllBytes(), UTF_8);
        assertThat(run.waitFor()).as(said).isZero();
    }

    @Test
    void haveACaseEachInWhichTheyFireAndOneInWhichTheyDoNot() {
        Set<String> fire = new TreeSet<>();
        Set<String> silent = new TreeSet<>();
        for (JsonNode test :
                Yaml.documents(Repository.root().resolve(CASES)).get(0).path("tests")) {
            for (JsonNode expected : test.path("alert_rule_test")) {
                (expected.path("exp_alerts").isEmpty() ? silent : fire)
                        .add(expected.path("alertname").asText());
            }
        }
        Set<String> all = new TreeSet<>(RULES.findValuesAsText("alert"));
        assertThat(fire).isEqualTo(all);
        assertThat(silent).isEqualTo(all);
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

    @Test
    void areEachTriedOnACluster() {
        assertThat(Runbooks.alerts()).containsExactlyElementsOf(RULES.findValuesAsText("alert"));
    }
}
