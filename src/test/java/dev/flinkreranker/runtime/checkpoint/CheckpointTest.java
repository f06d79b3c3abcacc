package dev.flinkreranker.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {

    @TempDir Path directory;

    @BeforeEach
    void configure() throws IOException {
        Files.writeString(
                directory.resolve("config.json"),
                "{\"hidden_size\": 4, \"name\": \"x\", \"eps\": 1e-5, \"half\": 1.5, \"nothing\": null,"
                        + " \"layers\": [3, 4], \"flag\": true}");
    }

    @Test
    void readsShardsThroughTheirIndex() throws IOException {
        writer("a").write(directory.resolve("model-1.safetensors"));
        writer("b").write(directory.resolve("model-2.safetensors"));
        index("{\"a\": \"model-1.safetensors\", \"b\": \"model-2.safetensors\"}");

        Checkpoint checkpoint = Checkpoint.open(directory);

        assertThat(checkpoint.weight("b", 2).file())
                .isEqualTo(directory.resolve("model-2.safetensors"));
    }

    @Test
    void takesATensorThatIsInTwoShardsFromTheLast() throws IOException {
        writer("a").write(directory.resolve("model-1.safetensors"));
        writer("a", "b").write(directory.resolve("model-2.safetensors"));
        index("{\"b\": \"model-2.safetensors\", \"a\": \"model-1.safetensors\"}");

        assertThat(Checkpoint.open(directory).weight("a", 2).file())
                .isEqualTo(directory.resolve("model-2.safetensors"));
    }

    @Test
    void readsOldNamesOfNorms() {
        writer("LayerNorm.gamma", "x.LayerNorm.beta", "gamma")
                .write(directory.resolve("model.safetensors"));

        assertThat(Checkpoint.open(directory).tensors())
                .containsOnlyKeys("LayerNorm.weight", "x.LayerNorm.bias", "gamma");
    }

    @Test
    void refusesATensorByBothItsNames() {
        writer("LayerNorm.gamma", "LayerNorm.weight").write(directory.resolve("model.safetensors"));

        assertRefused("tensor \"LayerNorm.weight\" is there by its old name too");
    }

    @Test
    void refusesAnIndexThatNamesATensorItsShardLacks() throws IOException {
        writer("a").write(directory.resolve("model-1.safetensors"));
        index("{\"b\": \"model-1.safetensors\"}");

        assertRefused("tensor \"b\" is not in model-1.safetensors");
    }

    @Test
    void refusesAMissingShard() throws IOException {
        index("{\"a\": \"model-1.safetensors\"}");

        assertRefused("model-1.safetensors: no such file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"../model.safetensors\"", "\"/model.safetensors\"", "\"pickle.bin\"", "7"})
    void refusesAnIndexThatReachesElsewhere(String shard) throws IOException {
        index("{\"a\": " + shard + "}");

        assertRefused("is not the name of a safetensors file beside it");
    }

    @Test
    void refusesADirectoryWithoutWeights() throws IOException {
        assertRefused("neither model.safetensors nor model.safetensors.index.json is there");
        Files.createFile(directory.resolve("pytorch_model.bin"));
        assertRefused("pytorch_model.bin is a pickle and is not read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{\"a\": 1, \"a\": 2}"})
    void refusesAConfigurationThatIsNoObject(String config) throws IOException {
        Files.writeString(directory.resolve("config.json"), config);

        assertRefused("config.json: not ");
    }

    @Test
    void saysWhereAConfigurationIsNoJson() throws IOException {
        Files.writeString(directory.resolve("config.json"), "{\"a\": 1,\n \"b\": 2 // two\n}");

        assertRefused(
                "config.json: not valid JSON: line 2, column 9: JSON has no comments; remove it");
    }

    @Test
    void refusesWhatIsNotThere() throws IOException {
        Files.delete(directory.resolve("config.json"));
        assertRefused("config.json: no such file");

        Path absent = directory.resolve("absent");
        assertThatThrownBy(() -> Checkpoint.open(absent))
                .hasMessage(absent + ": no such directory");
    }

    @Test
    void refusesAWeightThatIsMissingMisshapenOrOfAnotherType() {
        writer("a")
                .add("ids", "I64", new byte[16], 2)
                .write(directory.resolve("model.safetensors"));
        Checkpoint checkpoint = Checkpoint.open(directory);
        Path file = directory.resolve("model.safetensors");

        assertThatThrownBy(() -> checkpoint.weight("b", 2))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessage(directory + ": tensor \"b\" is missing");
        assertThatThrownBy(() -> checkpoint.weight("a", 2, 1))
                .hasMessage(file + ": tensor \"a\": shape [2], but config.json asks for [2, 1]");
        assertThatThrownBy(() -> checkpoint.weight("ids", 2))
                .hasMessage(file + ": tensor \"ids\": dtype I64; weights must be F32, F16 or BF16");
    }

    @Test
    void readsFieldsAndNamesTheOnesItCannot() {
        writer("a").write(directory.resolve("model.safetensors"));
        CheckpointConfig config = Checkpoint.open(directory).config();
        String prefix = directory.resolve("config.json") + ": field ";

        assertThat(config.integer("hidden_size", 1)).isEqualTo(4);
        assertThat(config.integer("nothing", 1, 7)).isEqualTo(7);
        assertThat(config.integers("layers", 1)).containsExactly(3, 4);
        assertThat(config.number("eps")).isEqualTo(1e-5);
        assertThat(config.flag("flag", false)).isTrue();
        assertThatThrownBy(() -> config.integer("nothing", 1))
                .hasMessage(prefix + "\"nothing\" is missing");
        assertThatThrownBy(() -> config.integer("half", 1))
                .hasMessage(prefix + "\"half\" must be a whole number of at least 1, not 1.5");
        assertThatThrownBy(() -> config.integer("hidden_size", 5))
                .hasMessageEndingWith("must be a whole number of at least 5, not 4");
        assertThatThrownBy(() -> config.text("hidden_size"))
                .hasMessage(prefix + "\"hidden_size\" must be a text, not 4");
        assertThatThrownBy(() -> config.flag("name", false))
                .hasMessage(prefix + "\"name\" must be true or false, not \"x\"");
    }

    private static SafetensorsWriter writer(String... tensors) {
        SafetensorsWriter writer = new SafetensorsWriter();
        for (String tensor : tensors) {
            writer.add(tensor, StoredType.F32, new float[] {1, 2}, 2);
        }
        return writer;
    }

    private void index(String weightMap) throws IOException {
        Files.writeString(
                directory.resolve("model.safetensors.index.json"),
                "{\"weight_map\": " + weightMap + "}");
    }

    private void assertRefused(String problem) {
        assertThatThrownBy(() -> Checkpoint.open(directory))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining(problem)
                .hasMessageNotContaining("\n");
    }
}
