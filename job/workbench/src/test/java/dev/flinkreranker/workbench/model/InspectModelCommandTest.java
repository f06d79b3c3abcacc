package dev.flinkreranker.workbench.model;

import static dev.flinkreranker.tests.support.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.tests.support.CommandRun;
import dev.flinkreranker.workbench.cli.Workbench;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InspectModelCommandTest {

    private static final Path MODEL =
            Path.of("..", "..", "tests", "models", "scifact-minilm-layerwise");

    @TempDir Path directory;

    @Test
    void saysWhatTheModelIsAndCosts() {
        CommandRun run =
                CommandRun.of(Workbench.commandLine(), "model", "inspect", MODEL.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().replaceAll(" +", " "))
                .contains(
                        "architecture BERT\n",
                        "supported yes\n",
                        "layers 6 of width 384; heads at 3 to 6\n",
                        "a pair \"[CLS] query [SEP] passage [SEP]\"\n",
                        "score the logit of the label\n",
                        " raw; Sentence Transformers takes Sigmoid of it, its default\n",
                        "parameters 23,158,276\n",
                        "max_length 256 tokens by default\n",
                        "weights F16 46.32 MB in 1 file\n",
                        "in float32 weights 23.84 MB mapped + 44.96 MB converted\n",
                        "FLOPs per pair 13.29 GFLOP for 0 + 512 + 0 tokens\n")
                .doesNotContain("saved");
    }

    @Test
    void asJsonWithTheShareThatACutoffSaves() throws IOException {
        JsonNode json = report("--cutoff-layers 4 --tokens 20,300,0");
        assertThat(json.path("supported").asBoolean()).isTrue();
        assertThat(json.path("score").asText()).isEqualTo("the logit of the label");
        assertThat(json.at("/tokens/passage").asInt()).isEqualTo(300);
        assertThat(json.path("flops_saved").asDouble()).isCloseTo(1 / 3.0, within(1e-3));
        // 2 s (4 D^2 + 2 D F) + 4 s^2 D a layer.
        long layer = 2L * 320 * (4 * 384 * 384 + 2 * 384 * 1536) + 4L * 320 * 320 * 384;
        assertThat(json.path("flops").asDouble()).isCloseTo(4.0 * layer, within(1e6));
        assertThat(json.at("/memory/float32/weights_converted").asLong())
                .isLessThan(23_158_276L * 4);
    }

    /** On a GPU weights and tables are copies in the compute type; it need not be there. */
    @Test
    void countsTheMemoryOfAGpu() throws IOException {
        JsonNode report = report("--device cuda");
        assertThat(report.path("dtype_auto").asText()).isEqualTo("bfloat16");
        JsonNode memory = report.path("memory");
        assertThat(memory.fieldNames())
                .toIterable()
                .containsExactly("bfloat16", "float16", "float32");
        assertThat(memory.at("/float16/weights_mapped").asLong()).isZero();
        assertThat(memory.at("/float16/weights_converted").asLong())
                .isBetween(46_316_552L, 51_000_000L);
        assertThat(memory.at("/float32/weights_converted").asLong())
                .isBetween(4 * 11_000_000L, 4 * 23_158_276L);
    }

    static Stream<Arguments> badOptions() {
        return Stream.of(
                Arguments.of("--cutoff-layers 2", "cutoff_layers 2"),
                Arguments.of("--device cuda:00", "use cpu, cuda, cpu:N or cuda:N"),
                Arguments.of("--tokens 1,2", "is not QUERY,PASSAGE,PROMPT"),
                Arguments.of("--tokens 1,-2,3", "below 0"),
                Arguments.of("--tokens 0,0,0", "1 to 1048576 tokens"),
                Arguments.of("--tokens a,b,c", "'a,b,c'"));
    }

    @ParameterizedTest
    @MethodSource("badOptions")
    void aBadOptionIsOneLine(String options, String reason) {
        CommandRun run = inspect(options);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(reason).hasLineCount(1);
    }

    @Test
    void whatCannotBeUsedIsSaidWithItsReason() throws IOException {
        Files.writeString(
                directory.resolve("config.json"),
                json("{'architectures': ['T5ForConditionalGeneration'], 'model_type': 't5'}"));
        Files.write(directory.resolve("model.safetensors"), safetensors("{}", 0));
        CommandRun run =
                CommandRun.of(
                        Workbench.commandLine(),
                        "model",
                        "inspect",
                        directory.toString(),
                        "--json");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("config.json", "t5").hasLineCount(1);
        JsonNode json = new JsonMapper().readTree(run.out());
        assertThat(json.path("supported").asBoolean(true)).isFalse();
        assertThat(json.path("reason").asText()).contains("t5");
    }

    static Stream<Arguments> lies() {
        return Stream.of(
                Arguments.of(
                        json("{'w': {'dtype': 'F32', 'shape': [9], 'data_offsets': [0, 36]}}"), 4),
                Arguments.of(
                        json("{'w': {'dtype': 'F99', 'shape': [1], 'data_offsets': [0, 4]}}"), 4),
                Arguments.of(
                        json("{'w': {'dtype': 'F32', 'shape': [2], 'data_offsets': [0, 4]}}"), 4),
                Arguments.of(
                        json("{'w': {'dtype': 'F32', 'shape': [1], 'data_offsets': [4, 0]}}"), 4));
    }

    @ParameterizedTest
    @MethodSource("lies")
    void aHeaderThatLiesIsOneLine(String header, int bytes) throws IOException {
        Files.copy(MODEL.resolve("config.json"), directory.resolve("config.json"));
        Files.write(directory.resolve("model.safetensors"), safetensors(header, bytes));
        CommandRun run =
                CommandRun.of(Workbench.commandLine(), "model", "inspect", directory.toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("model.safetensors", "w").hasLineCount(1);
    }

    @Test
    void helpOfEveryModelCommandHasExamples() {
        for (List<String> words :
                List.of(
                        List.of("model", "--help"),
                        List.of("model", "inspect", "--help"),
                        List.of("model", "random", "--help"))) {
            CommandRun run = CommandRun.of(Workbench.commandLine(), words.toArray(String[]::new));
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).contains("Examples:", "./rerank model");
        }
    }

    private static byte[] safetensors(String header, int bytes) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }

    private static JsonNode report(String options) throws IOException {
        CommandRun run = inspect(options + " --json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        return new JsonMapper().readTree(run.out());
    }

    private static CommandRun inspect(String options) {
        String[] words = ("model inspect " + MODEL + " " + options).split(" ");
        return CommandRun.of(Workbench.commandLine(), words);
    }
}
