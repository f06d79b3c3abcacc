package dev.flinkreranker.workbench.replay.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipedFileTest {
    @TempDir Path directory;

    @Test
    void theSameBytesBecomeTheSameFileAndOthersAnother() throws Exception {
        Path first = piped("a\nb\n");
        long written = Files.getLastModifiedTime(first).toMillis();

        assertThat(piped("a\nb\n")).isEqualTo(first);
        assertThat(Files.getLastModifiedTime(first).toMillis()).isEqualTo(written);
        assertThat(piped("a\nc\n")).isNotEqualTo(first);
        try (LineReader lines = LineReader.open(first)) {
            assertThat(lines.next()).isTrue();
            assertThat(lines.bytes()).isEqualTo(new byte[] {'a'});
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void filesFoldersAndWhatIsNotThereStayWhatTheyAre() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assertThat(PipedFile.kept(file, directory)).isEqualTo(file);
        assertThat(PipedFile.kept(directory, directory)).isEqualTo(directory);
        assertThat(PipedFile.kept(directory.resolve("none"), directory)).hasFileName("none");
        assertThat(PipedFile.kept(null, directory)).isNull();
    }

    private Path piped(String text) throws Exception {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        try {
            return PipedFile.kept(Path.of("-"), directory);
        } finally {
            System.setIn(before);
        }
    }
}
