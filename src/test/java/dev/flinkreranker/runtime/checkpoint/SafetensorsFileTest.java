package dev.flinkreranker.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {

    @TempDir Path directory;

    @Test
    void findsEveryTensorAtItsBytes() throws IOException {
        Path file = directory.resolve("model.safetensors");
        new SafetensorsWriter()
                .add("a", StoredType.F32, new float[] {1, 2, 3, 4, 5, 6}, 2, 3)
                .add("b", StoredType.BF16, new float[] {-1.5f}, 1)
                .add("empty", StoredType.F16, new float[0], 0, 4)
                .add("scalar", StoredType.F16, new float[] {0.25f})
                .write(file);

        List<StoredTensor> tensors = SafetensorsFile.read(file);

        assertThat(tensors).extracting(StoredTensor::name).contains("a", "b", "empty", "scalar");
        StoredTensor b = tensors.stream().filter(t -> t.name().equals("b")).findFirst().get();
        assertThat(b.shape()).containsExactly(1L);
        assertThat(b.elements()).isEqualTo(1);
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.getFloat((int) b.offset() - Float.BYTES)).isEqualTo(6f);
        assertThat(Float.intBitsToFloat(bytes.getShort((int) b.offset()) << 16)).isEqualTo(-1.5f);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[1,2] | header is not a JSON object",
                "{\"a\":  | header is not valid JSON: character 6: the text ends too early",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"a\":{}} | the field \"a\" is there twice",
                "{\"a\":{\"dtype\":\"F31\",\"shape\":[2],\"data_offsets\":[0,8]}} | tensor \"a\": unknown dtype \"F31\"",
                "{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}} | tensor \"a\": unknown dtype \"\"",
                "{\"a\":3} | tensor \"a\": unknown dtype",
                "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}} | tensor \"a\": shape is missing",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}} | tensor \"a\": data_offsets is missing",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}} | tensor \"a\": shape holds -2",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}} | tensor \"a\": shape holds 2.0",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[\"2\"],\"data_offsets\":[0,8]}} | tensor \"a\": shape holds \"2\"",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,4],\"data_offsets\":[0,8]}} | is larger than any file",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[18446744073709551618],\"data_offsets\":[0,8]}} | tensor \"a\": shape holds",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}} | 8 bytes cannot hold a tensor of shape [3] and dtype F32",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}} | data_offsets [8, 0] are not a begin and an end",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4,8]}} | are not a begin and an end",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}} | lie beyond the file's 8 bytes of data",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[9223372036854775799,9223372036854775807]}} | lie beyond the file's",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | tensor \"b\": its bytes overlap",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | tensor \"a\": there is a gap of 4 bytes before it",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | 4 bytes follow the last tensor",
            })
    void refusesAHeaderThatCannotBeTrue(String header, String problem) {
        Path file = directory.resolve("model.safetensors");
        SafetensorsWriter.write(file, header, new byte[8]);

        assertThatThrownBy(() -> SafetensorsFile.read(file))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(problem)
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1_000, 99_999_999, 100_000_001, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void refusesALyingHeaderLength(long length) throws IOException {
        Path file = directory.resolve("model.safetensors");
        ByteBuffer bytes = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
        Files.write(file, bytes.array());

        assertThatThrownBy(() -> SafetensorsFile.read(file))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageStartingWith(file + ": header");
    }

    @Test
    void refusesEveryTruncation() throws IOException {
        Path file = directory.resolve("model.safetensors");
        new SafetensorsWriter().add("a", StoredType.F32, new float[] {1, 2}, 2).write(file);
        byte[] whole = Files.readAllBytes(file);

        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> SafetensorsFile.read(file))
                    .as("%d of %d bytes", length, whole.length)
                    .isInstanceOf(InvalidCheckpointException.class)
                    .hasMessageContaining("truncated");
        }
    }
}
