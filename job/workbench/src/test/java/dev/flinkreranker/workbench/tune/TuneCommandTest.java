package dev.flinkreranker.workbench.tune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.workbench.cli.Workbench;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told before anything is scored. */
class TuneCommandTest {
    private static final Path MODEL =
            Path.of("..", "..", "tests", "models", "scifact-minilm-layerwise");

    @TempDir Path directory;

    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --tolerate=0.1 --budget=0.2   | error: name one of --tolerate and --budget
                    --tolerate=-1                 | error: --tolerate must be at least 0
                    --budget=25                   | error: --budget must be above 0 and at most 1
                    --keep=0                      | error: --candidates and --keep must be at least 1
                    --weights=0.5,1               | error: --weights must be above 0 and below 1
                    --layers=2,6                  | error: --layers: the model has no head at layer 2; it has [3, 4, 5, 6]
                    --grid=max_length=128,256     | error: --grid max_length has several values, but one configuration is wanted
                    --config=x.yaml               | error: name one configuration: --config or --model
                    --log=x.jsonl                 | error: name the input in one way: --log, --topic, --collection, or --queries with --corpus and --run
                    """)
    void badOptionsAreOneLine(String options, String message) {
        String[] more =
                Stream.concat(
                                Stream.of("--collection=data/scifact", "--model=" + MODEL),
                                Stream.of(options.split(" ")))
                        .toArray(String[]::new);

        assertThat(tune(more)).isEqualTo(2);
        assertThat(err.toString().strip()).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    routes: []                 | tenant.routes: tune looks for the stages of one ranking; leave it out
                    max_candidates: 30         | tenant.max_candidates: tune looks for the stages of one ranking; leave it out
                    overrides: [cutoff_layers] | tenant.overrides: lets requests choose how they are ranked; add --ignore-overrides
                    """)
    void aConfigThatCannotBeTunedIsRefused(String field, String message) throws Exception {
        Path config = directory.resolve("tenant.yaml");
        Files.writeString(config, "model: " + MODEL.toAbsolutePath() + "\n" + field + "\n");

        assertThat(tune("--collection=data/scifact", "--config=" + config)).isEqualTo(2);
        assertThat(err.toString().strip()).isEqualTo("error: " + message);
    }

    @Test
    void aLogNeedsJudgments() throws Exception {
        Path log = directory.resolve("log.jsonl");
        Files.writeString(log, "{\"request_id\":\"q\",\"query\":\"a\",\"documents\":[\"b\"]}\n");

        assertThat(tune("--log=" + log, "--model=" + MODEL)).isEqualTo(2);
        assertThat(err.toString().strip())
                .isEqualTo(
                        "error: no judgments: name them with --qrels; ./rerank judgments makes"
                                + " them from clicks");
    }

    private int tune(String... options) {
        String[] arguments =
                Stream.concat(
                                Stream.of("tune", "--out=" + directory.resolve("out")),
                                List.of(options).stream())
                        .toArray(String[]::new);
        return Workbench.commandLine()
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
