package dev.flinkreranker.workbench.scoring;

import static dev.flinkreranker.tests.support.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.tests.support.CommandRun;
import dev.flinkreranker.workbench.cli.Workbench;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The score command with the small real model. */
class ScoreCommandTest {

    private static final Path MODEL =
            Path.of("..", "..", "tests", "models", "scifact-minilm-layerwise");
    private static final JsonMapper JSON = new JsonMapper();
    private static final String PAIR = json("{'query': 'cells', 'passage': 'stem cells'}");

    @TempDir Path directory;

    @Test
    void everyHeadAgreesWithTheReference() throws IOException {
        List<JsonNode> expected = new ArrayList<>();
        for (String line : Files.readAllLines(MODEL.resolve("expected-scores.jsonl"))) {
            JsonNode node = JSON.readTree(line);
            if (node.path("max_length").asInt() == 256) {
                expected.add(node);
            }
        }
        Path input = write(expected.stream().map(JsonNode::toString).toArray(String[]::new));
        CommandRun run = score(input, "--max-length", "256", "--cutoff-layers", "3,4,5,6");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.outLines()).hasSameSizeAs(expected).hasSizeGreaterThan(20);
        for (int i = 0; i < expected.size(); i++) {
            JsonNode scores = JSON.readTree(run.outLines().get(i));
            for (String layer : List.of("3", "4", "5", "6")) {
                assertThat(scores.path("scores").path(layer).asDouble())
                        .as("line %d, layer %s", i + 1, layer)
                        .isCloseTo(
                                expected.get(i).path("scores").path(layer).asDouble(),
                                within(1e-3));
            }
            assertThat(scores.path("score")).isEqualTo(scores.path("scores").path("6"));
        }
    }

    @Test
    void scoresKeepTheirOrderAndDoNotDependOnTheBatch() throws IOException {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            pairs.add(
                    JSON.createObjectNode()
                            .put("query", "query " + i % 3)
                            .put("passage", "stem cells divide. ".repeat((i * 7) % 12))
                            .toString());
        }
        Path input = write(pairs.toArray(String[]::new));
        CommandRun large = score(input);
        CommandRun small = score(input, "--batch-tokens", "1");
        assertThat(large.exitCode()).as(large.err()).isZero();
        assertThat(large.outLines()).hasSize(12).doesNotHaveDuplicates();
        for (int i = 0; i < 12; i++) {
            assertThat(number(small, i)).isCloseTo(number(large, i), within(1e-5));
        }
    }

    @Test
    void oneCutoffIsOneScoreAndNormalizeIsTheSigmoid() throws IOException {
        Path input = write(PAIR);
        float raw = (float) number(score(input, "--cutoff-layers", "4"), 0);
        CommandRun run = score(input, "--cutoff-layers", "4", "--normalize");
        assertThat(JSON.readTree(run.outLines().get(0)).properties()).hasSize(1);
        assertThat(number(run, 0)).isCloseTo(1 / (1 + Math.exp(-raw)), within(1e-12));
    }

    @Test
    void theFolderDecidesWhetherScoresAreNormalizedOnlyWhereItIsAsked() throws IOException {
        Path input = write(PAIR);
        float raw = (float) number(score(input), 0);

        CommandRun run = score(input, "--normalize-as-declared");
        assertThat(number(run, 0)).isCloseTo(1 / (1 + Math.exp(-raw)), within(1e-12));
        CommandRun both = score(input, "--normalize", "--normalize-as-declared");
        assertThat(both.exitCode()).isEqualTo(2);
        assertThat(both.err()).contains("only one of both can be on").hasLineCount(1);
    }

    @Test
    void emptyTextsControlTokensAndLoneSurrogatesAreScored() throws IOException {
        CommandRun run =
                score(
                        write(
                                json("{'query': '', 'passage': ''}"),
                                json("{'query': 'a', 'passage': ''}"),
                                json("{'query': '[SEP]', 'passage': 'a [SEP] [CLS] \\u0000'}"),
                                json("{'query': '\\ud83d', 'passage': '\\ude00 x'}")));
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.outLines()).hasSize(4);
    }

    @Test
    void byteOrderMarksAndBlankLinesAreSkipped() throws IOException {
        CommandRun plain = score(write(PAIR));
        CommandRun run = score(write("\uFEFF" + PAIR, "", PAIR, ""));
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.outLines()).hasSize(2).allMatch(plain.outLines().get(0)::equals);
    }

    @Test
    void controlTokensOfTheTextCountOnlyWhenAskedFor() throws IOException {
        Path input = write(json("{'query': 'cells', 'passage': 'stem [SEP] cells'}"));
        double plain = number(score(input), 0);
        double reference = number(score(input, "--special-tokens", "reference"), 0);
        assertThat(plain).isNotCloseTo(reference, within(1e-4));
    }

    @Test
    void readsStandardInputAndWritesAFile() throws IOException {
        Path output = directory.resolve("scores.jsonl");
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream((PAIR + "\n").getBytes(StandardCharsets.UTF_8)));
        try {
            CommandRun run =
                    CommandRun.of(
                            Workbench.commandLine(),
                            "score",
                            "-m",
                            MODEL.toString(),
                            "-o",
                            output.toString());
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).startsWith("1 pairs, 6 tokens, 0 truncated; ");
        } finally {
            System.setIn(before);
        }
        assertThat(Files.readAllLines(output))
                .hasSize(1)
                .first()
                .asString()
                .startsWith(json("{'score':"));
    }

    @Test
    void noInputIsNoOutput() throws IOException {
        CommandRun run = score(Files.createFile(directory.resolve("empty.jsonl")));
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEmpty();
    }

    @Test
    void aBadLineIsNamedAndTheLinesBeforeItAreScored() throws IOException {
        Path input = write(PAIR, PAIR, json("{'query': 1, 'passage': 'a'}"), PAIR);
        CommandRun run = score(input);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.outLines()).hasSize(2);
        assertThat(run.err())
                .isEqualTo("error: " + input + ", line 3: \"query\" is not a string\n");
    }

    static Stream<Arguments> badOptions() {
        return Stream.of(
                Arguments.of("--cutoff-layers 7", "cutoff_layers 7"),
                Arguments.of("--cutoff-layers 6,4", "must ascend"),
                Arguments.of("--cutoff-layers x", "'x' is not an int"),
                Arguments.of("--compress-ratio 2 --compress-layers 3", "do not compress"),
                Arguments.of("--attention-softcap on", "attention_softcap"),
                Arguments.of("--attention-softcap perhaps", "none of off, on"),
                Arguments.of("--max-length 513", "max_length 513"),
                Arguments.of("--max-length 7", "max_length 7: must be at least 8"),
                Arguments.of("--query-max-length 600", "query_max_length 600"),
                Arguments.of("--prompt why", "prompt: this model takes none"),
                Arguments.of("--truncation middle", "none of library, model-card"),
                Arguments.of("--special-tokens some", "none of plain-text, reference"),
                Arguments.of("--head-selection first", "none of positional, by-layer"),
                Arguments.of("--dtype fp16", "none of float32, bfloat16, float16, int8, auto"),
                Arguments.of("--dtype float16", "dtype float16 is for GPUs"),
                Arguments.of("--device tpu", "tpu"),
                Arguments.of("--batch-tokens 0", "--batch-tokens 0"),
                Arguments.of("--passage-max-length 3", "--passage-max-length"));
    }

    @ParameterizedTest
    @MethodSource("badOptions")
    void aBadOptionIsOneLine(String options, String reason) throws IOException {
        CommandRun run = score(write(PAIR), options.split(" "));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(reason).hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "model.safetensors", "tokenizer.json"})
    void aMissingFileOfTheModelIsOneLine(String missing) throws IOException {
        copyModelWithout(missing);
        CommandRun run =
                CommandRun.of(
                        Workbench.commandLine(),
                        "score",
                        "-m",
                        directory.toString(),
                        "-i",
                        write(PAIR).toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("error: ").contains(missing).hasLineCount(1);
    }

    @Test
    void aMissingModelOrInputIsOneLine() throws IOException {
        CommandRun model =
                CommandRun.of(
                        Workbench.commandLine(),
                        "score",
                        "-m",
                        "no/such/model",
                        "-i",
                        write(PAIR).toString());
        assertThat(model.exitCode()).isEqualTo(2);
        assertThat(model.err()).isEqualTo("error: no/such/model: no such directory\n");
        CommandRun input = score(Path.of("no/such/file"));
        assertThat(input.exitCode()).isEqualTo(2);
        assertThat(input.err()).isEqualTo("error: no/such/file: does not exist\n");
        CommandRun nothing = CommandRun.of(Workbench.commandLine(), "score");
        assertThat(nothing.exitCode()).isEqualTo(2);
        assertThat(nothing.err()).contains("--model").hasLineCount(1);
    }

    @Test
    void helpHasExamples() {
        CommandRun run = CommandRun.of(Workbench.commandLine(), "score", "--help");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("Examples:", "./rerank score --model", "Exit codes:");
    }

    private CommandRun score(Path input, String... options) {
        List<String> arguments =
                new ArrayList<>(List.of("score", "-m", MODEL.toString(), "-i", input.toString()));
        arguments.addAll(Arrays.asList(options));
        return CommandRun.of(Workbench.commandLine(), arguments.toArray(String[]::new));
    }

    private double number(CommandRun run, int line) throws IOException {
        assertThat(run.exitCode()).as(run.err()).isZero();
        return JSON.readTree(run.outLines().get(line)).path("score").asDouble();
    }

    private Path write(String... lines) throws IOException {
        return Files.write(directory.resolve("pairs.jsonl"), List.of(lines));
    }

    private void copyModelWithout(String missing) throws IOException {
        for (String name : List.of("config.json", "model.safetensors", "tokenizer.json")) {
            if (!name.equals(missing)) {
                Files.copy(MODEL.resolve(name), directory.resolve(name));
            }
        }
    }
}
