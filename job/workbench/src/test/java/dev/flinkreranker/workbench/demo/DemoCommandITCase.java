package dev.flinkreranker.workbench.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.tests.support.ShortLivedJvm;
import dev.flinkreranker.workbench.cli.Workbench;
import dev.flinkreranker.workbench.options.ProjectFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The demo as a person starts it: the real job with the real model. */
class DemoCommandITCase {

    private static final String HOME = Path.of("../..").toAbsolutePath().normalize().toString();

    @BeforeAll
    static void setHome() {
        System.setProperty(ProjectFolder.PROPERTY, HOME);
    }

    @AfterAll
    static void clearHome() {
        System.clearProperty(ProjectFolder.PROPERTY);
    }

    @Test
    void endsWithEverythingRankedAndTheLineForPrograms() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        int code =
                new CommandLine(new DemoCommand())
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .execute("--queries=4", "--candidates=6", "--cutoff-layers=4,6");

        assertThat(code).as(err.toString()).isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines.get(lines.size() - 1))
                .matches(
                        "requests=4 results=4 lost=0 dead_letters=3"
                                + " ndcg@10_first_stage=[01]\\.\\d{4}"
                                + " ndcg@10_reranked=[01]\\.\\d{4} pairs_per_second=\\d+\\.\\d");
        assertThat(out.toString())
                .contains("INVALID_JSON", "MISSING_FIELD", "NO_DOCUMENTS")
                .contains("model, 4 layers", "model, 6 layers")
                .contains("cascade: BM25's first 3 by 4 layers, then the best 1 by 6")
                .doesNotContain("model, 3 layers");
    }

    @Test
    void whatTheModelCannotDoIsBadUsage() {
        StringWriter err = new StringWriter();
        CommandLine command = Workbench.commandLine().setErr(new PrintWriter(err));

        assertThat(command.execute("demo", "--cutoff-layers=7")).isEqualTo(2);
        assertThat(command.execute("demo", "--queries=0")).isEqualTo(2);
        assertThat(command.execute("demo", "--data=nowhere", "--queries=1")).isEqualTo(2);
        assertThat(err.toString())
                .contains("7")
                .contains("--queries must be at least 1")
                .contains("nowhere/queries.test.jsonl: no such file");
    }

    @Test
    void aSignalEndsItAndLeavesNothingBehind() throws Exception {
        Process process =
                new ProcessBuilder(commandLine())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        List<String> seen = new ArrayList<>();
        try (BufferedReader err = process.errorReader()) {
            String line = err.readLine();
            while (line != null && !line.contains("the job starts")) {
                seen.add(line);
                line = err.readLine();
            }
            assertThat(line).as("standard error: %s", seen).isNotNull();
            assertThat(leftovers(process)).as("directories while it runs").isNotEmpty();

            // Of the handle, since that of the process would close the stream.
            process.toHandle().destroy();
            for (line = err.readLine(); line != null; line = err.readLine()) {
                seen.add(line);
            }
        } finally {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }

        assertThat(process.exitValue()).as("128 + SIGTERM").isEqualTo(143);
        assertThat(leftovers(process)).isEmpty();
    }

    private static List<String> commandLine() {
        List<String> command = ShortLivedJvm.command();
        command.add("@" + HOME + "/job/local/flink.opens");
        command.add("-Dai.djl.offline=true");
        command.add("-D" + ProjectFolder.PROPERTY + "=" + HOME);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Workbench.class.getName(), "demo"));
        return command;
    }

    private static List<Path> leftovers(Process process) throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            String mine = "-" + process.pid() + "-";
            return files.filter(file -> file.getFileName().toString().startsWith("reranker-"))
                    .filter(file -> file.getFileName().toString().contains(mine))
                    .toList();
        }
    }
}
