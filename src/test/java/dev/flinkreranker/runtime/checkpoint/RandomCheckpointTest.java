package dev.flinkreranker.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RandomCheckpointTest {

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({
        // Parameters as the model cards give them, in millions; bytes of the released float32
        // files.
        "v2-m3, 568",
        "jina-v2, 278",
        "gte-modernbert, 150",
        "ettin-17m, 17",
        "ettin-32m, 32",
        "ettin-68m, 68",
        "ettin-150m, 150",
        "ettin-400m, 396",
        "ettin-1b, 1031",
        "v2-gemma, 2506",
        "minicpm-layerwise, 2725",
        "gemma2-lightweight, 9241",
        "nemotron-1b-v2, 1235",
        "mxbai-base-v2, 494",
        "mxbai-large-v2, 1543",
        "qwen3-0.6b, 595",
        "bge-m3, 567",
        "bge-large-en, 335"
    })
    void hasTheParametersOfTheReleasedModel(String label, long millions) {
        ReleasedShape shape = ReleasedShape.named(label);
        RandomCheckpoint checkpoint =
                new RandomCheckpoint(shape, shape.layers(), StoredType.F32, 1);

        assertThat(checkpoint.bytes() / 4_000_000).isCloseTo(millions, within(1L));
    }

    @Test
    void writesTheModulesOfAnEttinReranker() throws IOException {
        Files.writeString(directory.resolve("any.json"), "{}");
        RandomCheckpoint random =
                new RandomCheckpoint(ReleasedShape.ETTIN_17M, 2, StoredType.BF16, 1);
        random.write(directory, directory.resolve("any.json"));

        Checkpoint checkpoint = Checkpoint.open(directory);
        assertThat(checkpoint.modules().modules()).hasSize(5);
        assertThat(checkpoint.weight("2_Dense/linear.weight", 256, 256).type())
                .isEqualTo(StoredType.BF16);
        assertThat(checkpoint.tensors().values().stream().mapToLong(StoredTensor::bytes).sum())
                .isEqualTo(random.bytes());
    }

    @Test
    void writesShardsThatTheirReaderTakes() throws IOException {
        List<NewTensor> tensors =
                List.of(
                        new NewTensor("a", StoredType.F32, List.of(3L, 5L)),
                        new NewTensor("b", StoredType.BF16, List.of(40L)),
                        new NewTensor("c", StoredType.F32, List.of(7L)));
        Files.writeString(directory.resolve("config.json"), "{}");

        new CheckpointWriter(directory, 120)
                .write(
                        tensors,
                        (tensor, first, values, count) -> {
                            for (int i = 0; i < count; i++) {
                                values[i] = tensor.name().charAt(0) + (first + i) / 256f;
                            }
                        });

        Checkpoint checkpoint = Checkpoint.open(directory);
        assertThat(checkpoint.tensors()).hasSize(3);
        Set<Path> files =
                checkpoint.tensors().values().stream()
                        .map(StoredTensor::file)
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(files).hasSize(2);
        assertThat(bytes(checkpoint.weight("c", 7)).getFloat(6 * 4)).isEqualTo('c' + 6 / 256f);
        // 98.01171875 has 7 bits after the leading one in bfloat16: 98.
        assertThat(bytes(checkpoint.weight("b", 40)).getShort(3 * 2))
                .isEqualTo((short) (Float.floatToIntBits(98f) >>> 16));
    }

    @Test
    void refusesMoreLayersThanTheModelHasAndFewerThanItsFirstHead() {
        assertThatThrownBy(
                        () ->
                                new RandomCheckpoint(
                                        ReleasedShape.MINICPM_LAYERWISE, 7, StoredType.BF16, 1))
                .hasMessage("layers 7: minicpm-layerwise has 8 to 40");
        assertThatThrownBy(
                        () -> new RandomCheckpoint(ReleasedShape.V2_GEMMA, 19, StoredType.BF16, 1))
                .hasMessage("layers 19: v2-gemma has 1 to 18");
        assertThatThrownBy(() -> ReleasedShape.named("v3"))
                .hasMessageContaining("v2-m3, bge-m3, bge-large-en, jina-v2");
    }

    private static ByteBuffer bytes(StoredTensor tensor) throws IOException {
        try (FileChannel channel = FileChannel.open(tensor.file())) {
            ByteBuffer bytes =
                    ByteBuffer.allocate((int) tensor.bytes()).order(ByteOrder.LITTLE_ENDIAN);
            channel.read(bytes, tensor.offset());
            return bytes.flip();
        }
    }
}
