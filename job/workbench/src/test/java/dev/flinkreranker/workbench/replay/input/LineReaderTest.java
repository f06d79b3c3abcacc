package dev.flinkreranker.workbench.replay.input;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {
    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"plain", "gzip", "zstd"})
    void readsLinesWhateverTheCompressionAndTheName(String how) throws Exception {
        Path file = directory.resolve("misnamed.txt");
        try (OutputStream out = compressed(how, Files.newOutputStream(file))) {
            out.write("one\r\n\nthree\nlast".getBytes(StandardCharsets.UTF_8));
        }

        assertThat(read(file)).containsExactly("1 one", "2 ", "3 three", "4 last");
    }

    @Test
    void longLinesCrossBuffersAndTooLongOnesAreAFaultInTheirPlace() throws Exception {
        byte[] tooLong = new byte[LineReader.MAX_LINE + 1];
        Arrays.fill(tooLong, (byte) 'x');
        Path file = directory.resolve("long");
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(tooLong);
            out.write('\n');
            out.write(tooLong, 0, 300_000);
            out.write("\nshort\n".getBytes(StandardCharsets.UTF_8));
        }

        try (LineReader lines = LineReader.open(file)) {
            assertThat(lines.next()).isTrue();
            assertThat(lines.fault()).isEqualTo("the line is longer than 16 MiB");
            assertThat(lines.next()).isTrue();
            assertThat(lines.fault()).isNull();
            assertThat(lines.bytes()).hasSize(300_000);
            assertThat(lines.next()).isTrue();
            assertThat(new String(lines.bytes(), StandardCharsets.UTF_8)).isEqualTo("short");
            assertThat(lines.number()).isEqualTo(3);
            assertThat(lines.next()).isFalse();
        }
    }

    @Test
    void cutCompressionIsAFaultAndNotAnEnd() throws Exception {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(whole)) {
            for (int i = 0; i < 20_000; i++) {
                out.write(("line " + i * 31 + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        Path file = directory.resolve("cut.gz");
        Files.write(file, Arrays.copyOf(whole.toByteArray(), whole.size() / 2));

        List<String> lines = read(file);

        assertThat(lines.get(lines.size() - 1)).contains("cannot be read further");
        assertThat(lines.subList(0, 2)).containsExactly("1 line 0", "2 line 31");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void whatStandsBeforeACutIsRead(String how) throws Exception {
        // Zstandard gives nothing of a block that is cut, and a block is 128 KiB of text.
        int count = how.equals("gzip") ? 1000 : 20_000;
        Random random = new Random(1);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        try (OutputStream out = compressed(how, whole)) {
            for (int i = 0; i < count; i++) {
                out.write((i + " " + random.nextLong() + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        Path file = directory.resolve("cut");
        Files.write(file, Arrays.copyOf(whole.toByteArray(), whole.size() - 20));

        List<String> lines = read(file);

        assertThat(lines.get(lines.size() - 1))
                .endsWith("cannot be read further: the compressed data is cut");
        assertThat(lines.get(0)).startsWith("1 0 ");
        assertThat(lines).hasSizeGreaterThan(count * 6 / 10);
    }

    private static OutputStream compressed(String how, OutputStream out) throws IOException {
        return switch (how) {
            case "gzip" -> new GZIPOutputStream(out);
            case "zstd" -> new ZstdOutputStream(out);
            default -> out;
        };
    }

    private static List<String> read(Path file) throws IOException {
        List<String> read = new ArrayList<>();
        try (LineReader lines = LineReader.open(file)) {
            while (lines.next()) {
                String text = new String(lines.bytes(), StandardCharsets.UTF_8);
                read.add(lines.number() + " " + (lines.fault() == null ? text : lines.fault()));
            }
        }
        return read;
    }
}
