package dev.flinkreranker.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the benchmarks run and print what they promise; never how fast. */
class BenchCommandTest {

    @TempDir Path directory;

    @Test
    void engineEndsInALineWithTheFigure() throws Exception {
        String[] lines = BenchRun.of("engine", "--pairs", "2000", "--json").split("\n");

        assertThat(lines).hasSize(6);
        JsonNode last = JsonMapper.builder().build().readTree(lines[5]);
        assertThat(last.path("benchmark").asText()).isEqualTo("engine");
        assertThat(last.path("figure").asDouble()).isPositive();
        assertThat(last.path("machine").asText()).contains("cores");
    }

    @Test
    void aFloodMayKeepOthersWaitingHalfAsLongAgainOrTwoSeconds() {
        assertThat(FairnessBenchmark.isKept(10_000, 15_000)).isTrue();
        assertThat(FairnessBenchmark.isKept(10_000, 15_001)).isFalse();
        assertThat(FairnessBenchmark.isKept(100, 2_100)).isTrue();
        assertThat(FairnessBenchmark.isKept(100, 2_101)).isFalse();
    }

    @Test
    void fairnessPrintsATableForPeople() {
        String table = BenchRun.of("batcher-fairness", "--seconds", "1");

        assertThat(table)
                .contains("p99_ms", "one at 100 times its share", "first come, first served")
                .contains("fairness: ");
    }

    @Test
    void fairnessCountsWhoStillWaitsAtTheEnd() throws Exception {
        String[] lines = BenchRun.of("batcher-fairness", "--seconds", "1", "--json").split("\n");

        JsonNode lastComers = JsonMapper.builder().build().readTree(lines[2]);
        assertThat(lastComers.path("scenario").asText()).contains("first come, first served");
        assertThat(lastComers.path("not_scored").asInt()).isPositive();
    }

    @Test
    void memoryIsWatchedWhileRequestsAreScored() throws Exception {
        JsonNode last = BenchRun.onSmallModel("memory", "--minutes", "0.02", "--max-length", "32");

        assertThat(last.path("figure").asDouble()).isBetween(0.5, 2.0);
    }

    @Test
    void sqlComparesBatchesWithRowByRow() throws Exception {
        JsonNode last = BenchRun.onSmallModel("sql", "--pairs", "20", "--max-length", "32");

        assertThat(last.path("figure").asDouble()).isPositive();
    }

    @Test
    void modelTellsWhatABatchCosts() throws Exception {
        String[] lines =
                BenchRun.of(
                                "model",
                                "--tokens=32",
                                "--batch=2",
                                "--repeat=1",
                                BenchRun.MODEL,
                                "--dtype=auto",
                                "--json")
                        .split("\n");

        JsonMapper json = JsonMapper.builder().build();
        assertThat(json.readTree(lines[0]).path("type").asText()).isIn("float32", "bfloat16");
        assertThat(json.readTree(lines[1]).path("figure").asDouble()).isPositive();
    }

    @Test
    void referenceComparesWithWhatTheScriptAnswers() throws Exception {
        Path script =
                script(
                        """
                        echo '{"versions": {"sh": "1"}, "threads": 1}'
                        while read -r line; do echo '{"seconds": 1e6, "scores": [0.5, 0.5]}'; done
                        """);
        Path pairs = directory.resolve("pairs.jsonl");
        Files.writeString(
                pairs,
                """
                {"query": "q", "passage": "a"}
                {"query": "q", "passage": "b"}
                """);
        String[] options = {"--python=sh", "--script=" + script, "--pairs=" + pairs, "--rounds=2"};
        JsonNode last = BenchRun.onSmallModel("reference", options);

        // A reference that takes a million seconds is left far behind.
        assertThat(last.path("figure").asDouble()).isGreaterThan(1_000);
    }

    private Path script(String text) throws IOException {
        return Files.writeString(directory.resolve("reference.sh"), text);
    }
}
