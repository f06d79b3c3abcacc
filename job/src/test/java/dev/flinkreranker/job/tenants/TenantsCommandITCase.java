package dev.flinkreranker.job.tenants;

import static dev.flinkreranker.job.tenants.TenantsFixture.assertRefused;
import static dev.flinkreranker.job.tenants.TenantsFixture.assertRun;
import static dev.flinkreranker.job.tenants.TenantsFixture.jsonLines;
import static dev.flinkreranker.job.tenants.TenantsFixture.line;
import static dev.flinkreranker.job.tenants.TenantsFixture.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.tests.support.BrokerExtension;
import dev.flinkreranker.tests.support.CommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./rerank tenants} against a real broker. */
class TenantsCommandITCase {

    private static final JsonMapper JSON = new JsonMapper();

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    @TempDir private Path directory;
    private TenantsFixture tenants;

    @BeforeEach
    void setUp() {
        tenants = new TenantsFixture(directory, BROKER.bootstrapServers());
    }

    @Test
    void putsGetsListsAndDeletes() throws Exception {
        Path job = tenants.job("round");
        Path acme = tenants.file("acme.yaml", "top_n: 5\nweight: 2.50\n");
        Path bulk = tenants.file("bulk.json", "{\"version\": 7, \"cutoff_layers\": [3]}");

        assertThat(run("put", acme, "--config", job).err())
                .contains("topic round does not exist; 'tenants put --create' makes it");
        assertRun(
                run("put", acme, bulk, "--config", job, "--create"),
                "acme: version 41",
                "bulk: version 7");
        assertRun(
                run("put", acme, "--config", job, "--create"), "acme: version 41 is there already");
        Files.writeString(acme, "top_n: 6\n");
        assertRun(run("put", acme, "--config", job), "acme: version 42 replaces version 41");

        assertThat(JSON.readTree(run("get", "acme", "--config", job).out()))
                .isEqualTo(JSON.readTree("{\"version\":42,\"top_n\":6}"));
        assertRun(
                run("get", "bulk", "--config", job, "--json"),
                "{\"version\":7,\"cutoff_layers\":[3]}");

        CommandRun list = run("list", "--config", job);
        assertThat(list.outLines()).hasSize(3);
        assertThat(list.outLines().get(1)).startsWith("acme         42  (default)");
        List<JsonNode> lines = jsonLines(run("list", "--config", job, "--json"));
        assertThat(lines)
                .extracting(l -> l.path("tenant").asText())
                .containsExactly("acme", "bulk");
        assertThat(lines.get(1).at("/config/cutoff_layers/0").asInt()).isEqualTo(3);

        assertRun(run("delete", "acme", "--config", job), "acme: deleted");
        assertThat(run("delete", "acme", "--config", job))
                .isEqualTo(new CommandRun(1, "", line("acme has no config on topic round")));
        assertThat(run("get", "acme", "--config", job).err())
                .isEqualTo(
                        line(
                                "acme has no config on topic round; it has the one of the job's"
                                        + " file"));
        assertRun(run("put", acme, "--config", job), "acme: version 43");

        List<JsonNode> history = jsonLines(run("history", "acme", "--config", job, "--json"));
        assertThat(history)
                .extracting(l -> l.path("outcome").asText() + l.at("/config/version").asText())
                .containsExactly("accepted41", "accepted42", "deleted", "accepted43");
        assertThat(run("history", "nobody", "--config", job).exitCode()).isEqualTo(1);
    }

    @Test
    void refusesWhatTheJobWouldRefuse() throws Exception {
        Path job = tenants.job("strict");
        Path acme = tenants.file("acme.yaml", "version: 3\ntop_n: 5\n");
        assertThat(run("put", acme, "--config", job, "--create").exitCode()).isZero();

        Files.writeString(acme, "version: 3\ntop_n: 6\n");
        assertRefused(
                run("put", acme, "--config", job),
                acme + ": version 3 is taken by another config; the next is 4");
        Files.writeString(acme, "version: 2\n");
        assertRefused(
                run("put", acme, "--config", job),
                acme + ": version 2 is not above the present one, 3");
        Files.writeString(acme, "top_n: 0\n");
        for (String command : List.of("put", "validate")) {
            assertRefused(
                    run(command, acme, "--config", job),
                    acme + ": acme.top_n must be at least 1, but is 0");
        }
        Files.writeString(acme, "model: smal\n");
        assertRefused(
                run("validate", acme, "--config", job),
                acme + ": acme.model: model \"smal\" is not in the catalogue; did you mean small?");
        Files.writeString(acme, "top_n: 6\n");
        assertRefused(
                run("put", acme, tenants.file("bad.yaml", "top_m: 1\n"), "--config", job),
                directory.resolve("bad.yaml") + ": bad.top_m is not known; did you mean top_n?");
        assertThat(run("history", "acme", "--config", job, "--json").outLines())
                .as("all or nothing")
                .hasSize(1);
        assertRefused(
                run("validate", acme, "--tenant", "a b", "--config", job),
                acme + ": the key must be a tenant's id and match");
        assertRefused(
                run("validate", tenants.file("list.yaml", "[1]"), "--config", job),
                directory.resolve("list.yaml") + ": must be a map of fields");
        assertRefused(
                run("validate", directory.resolve("none.yaml"), "--config", job),
                directory.resolve("none.yaml") + ": does not exist");
        assertRun(
                run("validate", acme, "--tenant", "corp", "--config", job),
                acme + ": good, for tenant corp");
    }

    @Test
    void getsTheDigitsThatWereWritten() throws Exception {
        Path job = tenants.job("digits");
        Path corp = tenants.file("corp.yaml", "version: 1\n");
        assertThat(run("put", corp, "--config", job, "--create").exitCode()).isZero();
        tenants.write("digits", "corp", "{\"version\":2,\"min_score\":0.12345678901234567890}");

        assertThat(run("get", "corp", "--config", job).out())
                .contains("\"min_score\" : 0.12345678901234567890");
    }

    @Test
    void saysWhichModelsItCouldNotCheck() throws Exception {
        Path job = tenants.job("elsewhere");
        Files.writeString(
                job, Files.readString(job).replace("big: {directory: ", "big: {directory: /no"));
        Path corp = tenants.file("corp.yaml", "model: big\ncutoff_layers: [99]\n");

        for (CommandRun run :
                List.of(
                        run("validate", corp, "--config", job),
                        run("put", corp, "--config", job, "--create"))) {
            assertThat(run.err())
                    .startsWith("models.big: /no")
                    .contains("is not here, so what settings ask of this model is checked where")
                    .hasLineCount(1);
            assertThat(run.exitCode()).isZero();
        }
    }

    @Test
    void refusesATopicThatWouldLoseConfigs() throws Exception {
        BROKER.get().createTopics(1, "fleeting");
        Path job = tenants.job("fleeting");
        Path acme = tenants.file("acme.yaml", "top_n: 5\n");

        assertRefused(
                run("put", acme, "--config", job, "--create"),
                "topic fleeting has cleanup.policy=delete and would lose configs in time: it must"
                        + " be compact alone");
        Files.writeString(job, Files.readString(job).replaceAll("tenant_configs.*\n", ""));
        assertRefused(
                run("list", "--config", job),
                job + ": tenant_configs is missing: the job takes no configs from a topic");
    }
}
