package dev.flinkreranker.job.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InputFileTest {

    private static final String TEXT = "first é\nsecond\n".repeat(20_000);

    @TempDir Path directory;

    /** How a file may lie there. */
    enum Kind {
        PLAIN,
        GZIP,
        ZSTANDARD;

        OutputStream onto(OutputStream out) throws IOException {
            return switch (this) {
                case PLAIN -> out;
                case GZIP -> new GZIPOutputStream(out);
                case ZSTANDARD -> new ZstdOutputStream(out);
            };
        }

        /** The text in two members, frames or halves. */
        byte[] bytes(String text) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            int half = text.length() / 2;
            for (String part : new String[] {text.substring(0, half), text.substring(half)}) {
                ByteArrayOutputStream member = new ByteArrayOutputStream();
                try (OutputStream out = onto(member)) {
                    out.write(part.getBytes(StandardCharsets.UTF_8));
                }
                bytes.write(member.toByteArray());
            }
            return bytes.toByteArray();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void filesAreReadWholeAndWithoutTheirByteOrderMark(Kind kind) throws IOException {
        byte[] bytes = kind.bytes("\uFEFF" + TEXT);
        Path file = Files.write(directory.resolve("misnamed"), bytes);

        try (InputFile in = InputFile.open(file)) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(TEXT);
            assertThat(in.consumed()).isEqualTo(bytes.length);
        }
        Path without = Files.write(directory.resolve("without"), kind.bytes(TEXT));
        try (InputFile in = InputFile.open(without)) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(TEXT);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void pipesAreReadLikeFiles(Kind kind) throws Exception {
        Path pipe = directory.resolve("pipe");
        assumeTrue(
                new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0,
                "no named pipes here");
        byte[] bytes = kind.bytes("\uFEFF" + TEXT);
        CompletableFuture<Void> writer =
                CompletableFuture.runAsync(
                        () -> {
                            try {
                                Files.write(pipe, bytes);
                            } catch (IOException e) {
                                throw new IllegalStateException(e);
                            }
                        });

        try (InputFile in = InputFile.open(pipe)) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(TEXT);
        }
        writer.join();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aHyphenIsStandardInput(Kind kind) throws IOException {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(kind.bytes("\uFEFF" + TEXT)));
        try (InputFile in = InputFile.open(Path.of("-"))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(TEXT);
        } finally {
            System.setIn(before);
        }
        assertThat(InputFile.name(Path.of("-"))).isEqualTo("standard input");
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"GZIP", "ZSTANDARD"})
    void whatIsCutOrBrokenIsAnError(Kind kind) throws IOException {
        byte[] whole = kind.bytes(TEXT);
        Path cut =
                Files.write(directory.resolve("cut"), Arrays.copyOf(whole, whole.length * 3 / 4));
        // A second member whose first byte was lost would be no member.
        byte[] first = kind.bytes("head");
        byte[] more = Arrays.copyOf(first, first.length + 20);
        System.arraycopy(whole, 1, more, first.length, 20);
        Path broken = Files.write(directory.resolve("broken"), more);

        for (Path file : new Path[] {cut, broken}) {
            assertThatThrownBy(() -> readAll(file))
                    .as(file.toString())
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void whatIsNoTextFileIsRefused() throws IOException {
        assertThatThrownBy(() -> InputFile.open(directory))
                .isInstanceOf(FileSystemException.class)
                .hasMessage(directory + ": is a directory, a file is needed");
        Path none = directory.resolve("none");
        assertThatThrownBy(() -> InputFile.open(none)).isInstanceOf(NoSuchFileException.class);
        Path wide =
                Files.write(
                        directory.resolve("wide"),
                        "\uFEFFtext".getBytes(StandardCharsets.UTF_16LE));
        assertThatThrownBy(() -> InputFile.open(wide))
                .hasMessage(wide + ": the text is UTF-16; save it as UTF-8");
        Path latin = Files.write(directory.resolve("latin"), new byte[] {'a', (byte) 0xe9, 'b'});
        assertThatThrownBy(() -> InputFile.reader(latin).readLine())
                .isInstanceOf(CharacterCodingException.class)
                .hasMessage(latin + ": the text is not UTF-8; save it as UTF-8");
        Path empty = Files.createFile(directory.resolve("empty"));
        assertThat(InputFile.reader(empty).readLine()).isNull();
    }

    private static byte[] readAll(Path file) throws IOException {
        try (InputFile in = InputFile.open(file)) {
            return in.readAllBytes();
        }
    }
}
