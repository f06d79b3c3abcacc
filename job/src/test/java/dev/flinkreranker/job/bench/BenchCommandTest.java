package dev.flinkreranker.job.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** That the benchmarks run and print what they promise; never how fast. */
class BenchCommandTest {

    @Test
    void engineEndsInALineWithTheFigure() throws Exception {
        String[] lines = run("engine", "--pairs", "2000", "--json").split("\n");

        assertThat(lines).hasSize(6);
        JsonNode last = JsonMapper.builder().build().readTree(lines[5]);
        assertThat(last.path("benchmark").asText()).isEqualTo("engine");
        assertThat(last.path("figure").asDouble()).isPositive();
        assertThat(last.path("machine").asText()).contains("cores");
    }

    @Test
    void fairnessPrintsATableForPeople() {
        String table = run("fairness", "--seconds", "1");

        assertThat(table)
                .contains("p99_ms", "one at 100 times its share", "first come, first served")
                .contains("fairness: ");
    }

    private static String run(String... arguments) {
        StringWriter out = new StringWriter();
        int code =
                new CommandLine(new BenchCommand()).setOut(new PrintWriter(out)).execute(arguments);
        assertThat(code).isZero();
        return out.toString();
    }
}
