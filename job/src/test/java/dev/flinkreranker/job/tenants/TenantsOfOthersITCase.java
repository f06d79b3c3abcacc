package dev.flinkreranker.job.tenants;

import static dev.flinkreranker.job.tenants.TenantsFixture.assertRefused;
import static dev.flinkreranker.job.tenants.TenantsFixture.assertRun;
import static dev.flinkreranker.job.tenants.TenantsFixture.jsonLines;
import static dev.flinkreranker.job.tenants.TenantsFixture.line;
import static dev.flinkreranker.job.tenants.TenantsFixture.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.tests.support.BrokerExtension;
import dev.flinkreranker.tests.support.CommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./rerank tenants} where others write to the topic, or a running job may hold more. */
class TenantsOfOthersITCase {

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    @TempDir private Path directory;
    private TenantsFixture tenants;

    @BeforeEach
    void setUp() {
        tenants = new TenantsFixture(directory, BROKER.bootstrapServers());
    }

    @Test
    void tellsWhatOthersWroteWrong() throws Exception {
        Path job = tenants.job("wrong");
        Path acme = tenants.file("acme.yaml", "top_n: 5\n");
        assertThat(run("put", acme, "--config", job, "--create").exitCode()).isZero();
        tenants.write("wrong", "acme", "{\"version\":1}");
        tenants.write("wrong", "a b", "{\"version\":1}");

        assertThat(run("history", "acme", "--config", job).outLines().get(2))
                .endsWith("refused: STALE_CONFIG: version 1 is not above the present one, 41");
        assertRun(run("get", "acme", "--config", job, "--json"), "{\"version\":41,\"top_n\":5}");
    }

    /** What the job's present file refuses a running job may have taken under a former one. */
    @Test
    void writesAboveWhatARunningJobMayHold() throws Exception {
        Path job = tenants.job("held");
        Path corp = tenants.file("corp.yaml", "version: 7\nmodel: big\n");
        assertRun(run("put", corp, "--config", job, "--create"), "corp: version 7");
        Files.writeString(job, Files.readString(job).replaceAll(" +big: .*\n", ""));

        assertThat(run("history", "corp", "--config", job).outLines().get(1))
                .contains("refused: INVALID_CONFIG: corp.model: model \"big\" is not in");
        assertThat(run("get", "corp", "--config", job).err())
                .isEqualTo(
                        line(
                                "corp has no config on topic held that is good with the job's"
                                        + " present file: 'tenants history' tells why"));
        Files.writeString(corp, "version: 7\nmodel: small\n");
        assertRefused(
                run("put", corp, "--config", job),
                corp
                        + ": version 7 is not above 7, which the topic has and a running job may hold");
        Files.writeString(corp, "model: small\n");
        assertRun(run("put", corp, "--config", job), "corp: version 8");

        assertRun(run("delete", "corp", "--config", job), "corp: deleted");
        assertThat(run("delete", "corp", "--config", job))
                .isEqualTo(new CommandRun(1, "", line("corp has no config on topic held")));
        Files.writeString(corp, "version: 1\n");
        assertRun(run("put", corp, "--config", job), "corp: version 1");
    }

    /** The one thing by which a running job can be rid of it. */
    @Test
    void deletesWhatTheFileRefuses() throws Exception {
        Path job = tenants.job("refused");
        Path corp = tenants.file("corp.yaml", "version: 7\nmodel: big\n");
        assertRun(run("put", corp, "--config", job, "--create"), "corp: version 7");
        Files.writeString(job, Files.readString(job).replaceAll(" +big: .*\n", ""));

        assertRun(run("delete", "corp", "--config", job), "corp: deleted");
        assertThat(run("delete", "corp", "--config", job).exitCode()).isEqualTo(1);
    }

    /** Each sees what the one before it wrote, or writes nothing and says so. */
    @Test
    void ofManyWritersAtOnceNoneOverwritesUnseen() throws Exception {
        Path job = tenants.job("race");
        assertThat(
                        run(
                                        "put",
                                        tenants.file("seed.yaml", ""),
                                        "--tenant",
                                        "seed",
                                        "--config",
                                        job,
                                        "--create")
                                .exitCode())
                .isEqualTo(2);
        assertThat(
                        run(
                                        "put",
                                        tenants.file("seed.yaml", "top_n: 1"),
                                        "--config",
                                        job,
                                        "--create")
                                .exitCode())
                .isZero();
        List<CompletableFuture<CommandRun>> writers = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            Path file = tenants.file("writer" + i + ".yaml", "top_n: " + i + "\n");
            writers.add(
                    CompletableFuture.supplyAsync(
                            () -> run("put", file, "--tenant", "corp", "--config", job)));
        }

        long won = 0;
        for (CompletableFuture<CommandRun> writer : writers) {
            CommandRun run = writer.get();
            won += run.exitCode() == 0 ? 1 : 0;
            if (run.exitCode() != 0) {
                assertThat(run)
                        .isEqualTo(
                                new CommandRun(
                                        1,
                                        "",
                                        line(
                                                "somebody else changed the topic meanwhile; nothing"
                                                        + " was written, try again")));
            }
        }
        assertThat(won).isPositive();
        assertThat(jsonLines(run("history", "corp", "--config", job, "--json")))
                .extracting(l -> l.path("outcome").asText() + l.at("/config/version").asText())
                .isEqualTo(
                        IntStream.rangeClosed(1, (int) won).mapToObj(v -> "accepted" + v).toList());
    }
}
