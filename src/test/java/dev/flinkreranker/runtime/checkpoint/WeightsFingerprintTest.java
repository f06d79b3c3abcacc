package dev.flinkreranker.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tells weights from others. */
class WeightsFingerprintTest {

    @TempDir Path directory;

    @Test
    void itIsOfTheWeightsAloneWhereverTheyAre() throws Exception {
        Path one = model("one", 1 << 20);
        Path other = model("other", 1 << 20);
        Files.writeString(other.resolve("config.json"), "{\"a\":1}");

        assertThat(WeightsFingerprint.of(one, null)).matches("[0-9a-f]{12}");
        assertThat(WeightsFingerprint.of(other, null)).isEqualTo(WeightsFingerprint.of(one, null));
    }

    @Test
    void anotherSizeOrOtherPagesAreAnotherModel() throws Exception {
        String before = WeightsFingerprint.of(model("one", 1 << 20), null);
        Path longer = model("longer", (1 << 20) + 1);
        Path trained = model("trained", 1 << 20);
        try (RandomAccessFile weights =
                new RandomAccessFile(trained.resolve("model.safetensors").toFile(), "rw")) {
            // The last page that is looked at.
            weights.seek((1 << 20) / 64 * 63L);
            weights.write(1);
        }

        assertThat(List.of(before, WeightsFingerprint.of(longer, null), of(trained)))
                .doesNotHaveDuplicates();
    }

    @Test
    void anEmptyFileHasOne() throws Exception {
        assertThat(of(model("empty", 0))).isNotEqualTo(of(model("byte", 1)));
    }

    private static String of(Path model) {
        return WeightsFingerprint.of(model, null);
    }

    private Path model(String name, int bytes) throws Exception {
        Path model = Files.createDirectory(directory.resolve(name));
        Files.writeString(model.resolve("config.json"), "{}");
        Files.write(model.resolve("model.safetensors"), new byte[bytes]);
        return model;
    }
}
