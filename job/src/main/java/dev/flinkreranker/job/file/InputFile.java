package dev.flinkreranker.job.file;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * The bytes of a person's file, decompressed and without a byte order mark. Gzip, of one member or
 * many, and Zstandard are told by their first bytes, so that a renamed file is read all the same.
 * Everything is read once and forwards, so that a pipe is as good as a file.
 */
public final class InputFile extends FilterInputStream {
    /** Standard input. */
    public static final Path STANDARD = Path.of("-");

    private static final int BUFFER = 1 << 16;
    private static final byte[] GZIP = {0x1f, (byte) 0x8b};
    private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};
    private static final byte[] UTF8_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final byte[] UTF16_BIG = {(byte) 0xfe, (byte) 0xff};
    private static final byte[] UTF16_LITTLE = {(byte) 0xff, (byte) 0xfe};

    private final CountingStream raw;

    private InputFile(InputStream decompressed, CountingStream raw) {
        super(decompressed);
        this.raw = raw;
    }

    /**
     * Opens a file, or standard input for {@code -}.
     *
     * @throws NoSuchFileException when there is none
     * @throws FileSystemException when it is a directory, or is text of another encoding
     */
    public static InputFile open(Path path) throws IOException {
        CountingStream raw = new CountingStream(bytes(path));
        try {
            BufferedInputStream text = decompressed(new BufferedInputStream(raw, BUFFER));
            if (startsWith(text, UTF16_BIG) || startsWith(text, UTF16_LITTLE)) {
                throw new FileSystemException(
                        name(path), null, "the text is UTF-16; save it as UTF-8");
            }
            if (startsWith(text, UTF8_MARK)) {
                text.skipNBytes(UTF8_MARK.length);
            }
            return new InputFile(text, raw);
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    /** Opens a file as UTF-8; a byte that is none is an error, and is not replaced. */
    public static BufferedReader reader(Path path) throws IOException {
        return new BufferedReader(
                new InputStreamReader(open(path), StandardCharsets.UTF_8.newDecoder()));
    }

    /** What to call a file in messages. */
    public static String name(Path path) {
        return path.equals(STANDARD) ? "standard input" : path.toString();
    }

    /** Bytes taken from the file itself so far, compressed where it is. */
    public long consumed() {
        return raw.count;
    }

    private static InputStream bytes(Path path) throws IOException {
        if (path.equals(STANDARD)) {
            return System.in;
        }
        if (Files.isDirectory(path)) {
            throw new FileSystemException(
                    path.toString(), null, "is a directory, a file is needed");
        }
        return Files.newInputStream(path);
    }

    private static BufferedInputStream decompressed(BufferedInputStream in) throws IOException {
        if (startsWith(in, GZIP)) {
            return new BufferedInputStream(new GzipCompressorInputStream(in, true), BUFFER);
        }
        if (startsWith(in, ZSTD)) {
            return new BufferedInputStream(new ZstdFrames(in), BUFFER);
        }
        return in;
    }

    private static boolean startsWith(BufferedInputStream in, byte[] expected) throws IOException {
        in.mark(expected.length);
        byte[] head = in.readNBytes(expected.length);
        in.reset();
        return Arrays.equals(head, expected);
    }

    private static final class CountingStream extends FilterInputStream {
        private long count;

        CountingStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count += read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = super.read(target, offset, length);
            count += Math.max(read, 0);
            return read;
        }

        /** A file's own stream would answer by seeking, which a pipe cannot. */
        @Override
        public int available() {
            return 0;
        }
    }
}
