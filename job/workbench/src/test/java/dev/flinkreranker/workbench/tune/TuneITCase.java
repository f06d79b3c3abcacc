package dev.flinkreranker.workbench.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.workbench.cli.Workbench;
import dev.flinkreranker.workbench.dataset.FirstClaims;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command with the real small model on some claims of SciFact. */
class TuneITCase {
    private static final Path MODEL =
            Path.of("..", "..", "tests", "models", "scifact-minilm-layerwise");
    private static final int QUERIES = 8;

    @TempDir Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private List<String> input;

    @BeforeEach
    void writeInput() throws Exception {
        input = FirstClaims.options(QUERIES, directory);
    }

    @Test
    void aReplayOfTheConfigThatIsWrittenHasTheFiguresThatWereTold() throws Exception {
        assertThat(tune("--candidates=4", "--keep=2", "--budget=0.8")).as(err.toString()).isZero();

        JsonNode tuning = json("tuning.json");
        assertThat(tuning.get("queries").intValue()).isEqualTo(QUERIES);
        assertThat(out.toString())
                .contains(
                        "held out", "Take ", Files.readString(directory.resolve("out/tuned.yaml")));
        assertThat(Files.readString(directory.resolve("out/tuning.html")))
                .contains("flink-reranker · tune");

        // Another directory, so that the stages score for themselves.
        assertThat(
                        run(
                                "replay",
                                List.of(
                                        "--config=" + directory.resolve("out/tuned.yaml"),
                                        "--out=" + directory.resolve("cascade"))))
                .as(err.toString())
                .isZero();
        JsonNode replay = json("../cascade/summary.json").get("contenders");
        JsonNode cascade = replay.get(1);
        assertThat(cascade.at("/measures/ndcg@10").doubleValue())
                .isCloseTo(tuning.at("/chosen/mean").doubleValue(), within(1e-12));
        assertThat(cascade.get("flops").doubleValue())
                .isCloseTo(tuning.at("/chosen/flops").doubleValue() * QUERIES, within(1.0));
        assertThat(tuning.get("first_stage").doubleValue())
                .isCloseTo(replay.get(0).at("/measures/ndcg@10").doubleValue(), within(1e-12));

        // Once more with another aim: nothing is scored.
        assertThat(tune("--fail-if=cost > 0")).isEqualTo(1);
        assertThat(err.toString()).contains("going on with the scores in", "failed: cost > 0.0");
    }

    private JsonNode json(String name) throws Exception {
        return new JsonMapper().readTree(directory.resolve("out").resolve(name).toFile());
    }

    private int tune(String... more) {
        List<String> options =
                new ArrayList<>(
                        List.of(
                                "--model=" + MODEL,
                                "--grid=max_length=128",
                                "--out=" + directory.resolve("out")));
        options.addAll(List.of(more));
        return run("tune", options);
    }

    private int run(String command, List<String> options) {
        List<String> arguments =
                new ArrayList<>(List.of(command, "--depth=6", "--checkpoint-seconds=0.2"));
        arguments.addAll(input);
        arguments.addAll(options);
        return Workbench.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }
}
