package dev.flinkreranker.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Sha256SumsTest {

    /** As {@code sha256sum} prints them of files that hold "abc" and nothing. */
    private static final String ABC =
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private static final String EMPTY =
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @TempDir private Path directory;

    @BeforeEach
    void files() throws IOException {
        Files.writeString(directory.resolve("model.safetensors"), "abc");
        Files.writeString(directory.resolve("config.json"), "");
    }

    @Test
    void oneDigestIsThatOfTheWeights() {
        assertThatCode(() -> verify(ABC)).doesNotThrowAnyException();
        assertThatCode(() -> verify(ABC.toUpperCase() + "\n")).doesNotThrowAnyException();
        assertThatThrownBy(() -> verify(EMPTY))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessage(
                        "%s: sha256 is %s, but the catalogue asks for %s",
                        directory.resolve("model.safetensors"), ABC, EMPTY);
    }

    @Test
    void aListHoldsForEveryFileItNames() throws IOException {
        String list = ABC + "  model.safetensors\n" + EMPTY + " *./config.json\n";
        assertThatCode(() -> verify(list)).doesNotThrowAnyException();

        Files.writeString(directory.resolve("config.json"), " ");
        assertThatThrownBy(() -> verify(list))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageStartingWith(directory.resolve("config.json") + ": sha256 is ");
        assertThatThrownBy(() -> verify(list.replace("config", "tokenizer")))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessage(
                        directory.resolve("tokenizer.json")
                                + ": cannot be read to verify its sha256");
    }

    @Test
    void weightsThatTheListLeavesOutAreRefused() {
        assertThatThrownBy(() -> verify(EMPTY + "  config.json"))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessage(
                        directory.resolve("model.safetensors")
                                + ": has no checksum in sha256; give the lines of sha256sum");
    }

    @Test
    void weightsOfAModuleAreNamedByItsFolder() throws IOException {
        Files.writeString(
                directory.resolve("modules.json"),
                "[{\"type\": \"a\", \"path\": \"\"}, {\"type\": \"b\", \"path\": \"2_Dense\"}]");
        Path dense = Files.createDirectory(directory.resolve("2_Dense"));
        Files.writeString(dense.resolve("model.safetensors"), "");
        String own = ABC + "  model.safetensors\n";

        assertThatThrownBy(() -> verify(own))
                .hasMessage(
                        dense.resolve("model.safetensors")
                                + ": has no checksum in sha256; give the lines of sha256sum");
        assertThatCode(() -> verify(own + EMPTY + "  2_Dense/model.safetensors"))
                .doesNotThrowAnyException();
        assertThat(Sha256Sums.of(directory).digests())
                .containsEntry("2_Dense/model.safetensors", EMPTY)
                .containsEntry("model.safetensors", ABC);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " \n ",
                "abc",
                "model.safetensors",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  ../up.json",
            })
    void otherTextIsRefused(String text) {
        assertThatThrownBy(() -> Sha256Sums.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("must ");
    }

    private void verify(String text) {
        Sha256Sums.parse(text).verify(directory);
    }
}
