package dev.flinkreranker.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.sql.SqlFixture.ScoredPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The examples over files. */
@ExtendWith(MiniClusterExtension.class)
class FileScriptsTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir Path data;

    private List<ScoredPair> pairs;

    @BeforeEach
    void writeCandidates() throws IOException {
        pairs = SqlFixture.pairs(12);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            lines.add(
                    JSON.writeValueAsString(
                            Map.of(
                                    "query", pairs.get(i).query(),
                                    "id", String.valueOf(i),
                                    "passage", pairs.get(i).passage())));
        }
        Files.createDirectories(data.resolve("candidates"));
        Files.write(data.resolve("candidates/part-0.json"), lines);
    }

    private List<JsonNode> run(String script, String output, String options) throws Exception {
        SqlScript.of(script)
                .with("/data", data.toString())
                .with("/models/small", SqlFixture.MODEL + options)
                .run();
        List<JsonNode> rows = new ArrayList<>();
        try (Stream<Path> files = Files.walk(data.resolve(output))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                for (String line : Files.readAllLines(file)) {
                    rows.add(JSON.readTree(line));
                }
            }
        }
        return rows;
    }

    @Test
    void aStreamOfFilesIsScored() throws Exception {
        List<JsonNode> scores =
                run("files.sql", "scores", "', 'dtype' = 'float32', 'max-length' = '256");
        assertThat(scores).hasSize(pairs.size());
        for (JsonNode row : scores) {
            assertThat(row.get("score").doubleValue())
                    .isCloseTo(pairs.get(row.get("id").asInt()).layer6(), offset(3e-5));
        }
    }

    @Test
    void aBatchOfFilesIsRanked() throws Exception {
        List<JsonNode> best = run("batch.sql", "best", ", dtype=float32, max-length=256");
        long queries = pairs.stream().map(ScoredPair::query).distinct().count();
        assertThat(best).filteredOn(row -> row.get("place").asInt() == 1).hasSize((int) queries);
        for (JsonNode row : best) {
            assertThat(row.get("place").asInt()).isBetween(1, 3);
            ScoredPair pair = pairs.get(row.get("id").asInt());
            assertThat(row.get("query").textValue()).isEqualTo(pair.query());
            assertThat(row.get("score").doubleValue()).isCloseTo(pair.layer6(), offset(3e-5));
        }
    }
}
