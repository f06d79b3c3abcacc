package dev.flinkreranker.workbench.model;

import static dev.flinkreranker.tests.support.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small real model, damaged: score and inspect name what is wrong in one line. */
class BadCheckpointTest {

    private static final Path MODEL =
            Path.of("..", "..", "tests", "models", "scifact-minilm-layerwise");
    private static final short NAN_F16 = 0x7e00;

    @TempDir Path directory;

    private Path weights;
    private byte[] bytes;

    @BeforeEach
    void copy() throws IOException {
        for (String name : new String[] {"config.json", "tokenizer.json"}) {
            Files.copy(MODEL.resolve(name), directory.resolve(name));
        }
        weights = directory.resolve("model.safetensors");
        bytes = Files.readAllBytes(MODEL.resolve("model.safetensors"));
        Files.writeString(
                directory.resolve("pairs.jsonl"), json("{'query': 'a', 'passage': 'b'}\n"));
    }

    @Test
    void truncatedWeights() throws IOException {
        Files.write(weights, Arrays.copyOf(bytes, bytes.length / 2));
        isRefused("model.safetensors");
    }

    @Test
    void aHeaderLongerThanTheFile() throws IOException {
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, Long.MAX_VALUE);
        Files.write(weights, bytes);
        isRefused("model.safetensors");
    }

    @Test
    void anEmbeddingModelHasNoClassifier() throws IOException {
        rename("\"classifier.weight\"", "\"nosuchhead.weight\"");
        isRefused("classifier.weight");
    }

    @Test
    void weightsOfAnotherShapeThanTheConfiguration() throws IOException {
        Files.write(weights, bytes);
        Path config = directory.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace(
                                json("'intermediate_size': 1536"),
                                json("'intermediate_size': 1535")));
        isRefused("intermediate.dense.weight", "[1536, 384]", "[1535, 384]");
    }

    @Test
    void nanWeights() throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int header = Math.toIntExact(buffer.getLong(0));
        JsonNode json = new JsonMapper().readTree(bytes, 8, header);
        int offset = json.at("/classifier.weight/data_offsets/0").asInt();
        buffer.putShort(8 + header + offset, NAN_F16);
        Files.write(weights, bytes);
        CommandRun run = score();
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .startsWith("error: ")
                .contains("model.safetensors", "classifier.weight", "NaN")
                .hasLineCount(1);
    }

    @Test
    void aTokenizerOfAnotherModel() throws IOException {
        Files.write(weights, bytes);
        Path tokenizer = directory.resolve("tokenizer.json");
        Files.writeString(
                tokenizer,
                Files.readString(tokenizer)
                        .replaceFirst(json("'\\[PAD\\]': 0,"), json("$0 'no such word': 30522,")));
        isRefused("tokenizer.json", "30522");
    }

    @Test
    void aTokenizerThatIsNone() throws IOException {
        Files.write(weights, bytes);
        Files.writeString(directory.resolve("tokenizer.json"), json("{'model': 1}"));
        isRefused("tokenizer.json");
    }

    private void rename(String from, String to) throws IOException {
        assertThat(to).hasSameSizeAs(from);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        assertThat(text).contains(from);
        Files.write(weights, text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1));
    }

    private void isRefused(String... parts) {
        for (CommandRun run :
                new CommandRun[] {
                    score(),
                    CommandRun.of(Workbench.commandLine(), "model", "inspect", directory.toString())
                }) {
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).startsWith("error: ").contains(parts).hasLineCount(1);
        }
    }

    private CommandRun score() {
        return CommandRun.of(
                Workbench.commandLine(),
                "score",
                "-m",
                directory.toString(),
                "-i",
                directory.resolve("pairs.jsonl").toString());
    }
}
