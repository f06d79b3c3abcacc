package dev.flinkreranker.job.file;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.io.Serial;
import java.io.StringWriter;
import java.nio.charset.CharacterCodingException;
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
    private static final int PIECE = 1 << 12;
    private static final byte[] GZIP = {0x1f, (byte) 0x8b};
    private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};
    private static final byte[] UTF8_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final byte[] UTF16_BIG = {(byte) 0xfe, (byte) 0xff};
    private static final byte[] UTF16_LITTLE = {(byte) 0xff, (byte) 0xfe};

    private final CountingStream raw;

    private InputFile(InputStream decompressed, CountingStream raw) {
        super(new PushbackInputStream(decompressed, UTF8_MARK.length));
        this.raw = raw;
    }

    /**
     * Opens a file, or standard input for {@code -}.
     *
     * @throws NoSuchFileException when there is none
     * @throws FileSystemException when it is a directory, broken, or text of another encoding
     */
    public static InputFile open(Path path) throws IOException {
        CountingStream raw = new CountingStream(bytes(path));
        try {
            InputFile file = new InputFile(decompressed(new BufferedInputStream(raw, BUFFER)), raw);
            file.skipMark();
            return file;
        } catch (FileSystemException e) {
            raw.close();
            throw e;
        } catch (IOException e) {
            raw.close();
            throw new FileSystemException(name(path), null, e.getMessage());
        }
    }

    /**
     * Opens a file as UTF-8; a byte that is none is an error, and is not replaced.
     *
     * @return a reader that throws {@link CharacterCodingException} where it is not UTF-8
     */
    public static BufferedReader reader(Path path) throws IOException {
        Reader strict = new InputStreamReader(open(path), StandardCharsets.UTF_8.newDecoder());
        return new BufferedReader(new NamedReader(strict, name(path)));
    }

    /** The whole text of a file, in UTF-8. */
    public static String text(Path path) throws IOException {
        StringWriter text = new StringWriter();
        try (Reader reader = reader(path)) {
            reader.transferTo(text);
        }
        return text.toString();
    }

    /** What to call a file in messages. */
    public static String name(Path path) {
        return path.equals(STANDARD) ? "standard input" : path.toString();
    }

    @Override
    public int read() throws IOException {
        try {
            return super.read();
        } catch (EOFException e) {
            throw cut();
        }
    }

    /** A decompressor that meets the end of a cut file forgets the piece it was filling. */
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        try {
            return super.read(target, offset, Math.min(length, PIECE));
        } catch (EOFException e) {
            throw cut();
        }
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

    private static InputStream decompressed(BufferedInputStream in) throws IOException {
        in.mark(ZSTD.length);
        byte[] head = in.readNBytes(ZSTD.length);
        in.reset();
        if (startsWith(head, GZIP)) {
            return new GzipCompressorInputStream(in, true);
        }
        return startsWith(head, ZSTD) ? new ZstdFrames(in) : in;
    }

    /** Skips the byte order mark of UTF-8 and refuses UTF-16, with a mark or without. */
    private void skipMark() throws IOException {
        byte[] head = readNBytes(UTF8_MARK.length);
        boolean unmarked = head.length >= 2 && (head[0] == 0 || head[1] == 0);
        if (startsWith(head, UTF16_BIG) || startsWith(head, UTF16_LITTLE) || unmarked) {
            throw new IOException("the text is UTF-16; save it as UTF-8");
        }
        if (!startsWith(head, UTF8_MARK)) {
            ((PushbackInputStream) in).unread(head);
        }
    }

    private static boolean startsWith(byte[] head, byte[] expected) {
        return head.length >= expected.length
                && Arrays.equals(head, 0, expected.length, expected, 0, expected.length);
    }

    private static EOFException cut() {
        return new EOFException("the compressed data is cut");
    }

    /** Java's decoder says how long the malformed bytes are, and not in which file. */
    private static final class NamedReader extends FilterReader {
        private final String file;

        NamedReader(Reader in, String file) {
            super(in);
            this.file = file;
        }

        @Override
        public int read(char[] target, int offset, int length) throws IOException {
            try {
                return super.read(target, offset, length);
            } catch (CharacterCodingException e) {
                throw new NotUtf8Exception(file);
            }
        }
    }

    private static final class NotUtf8Exception extends CharacterCodingException {
        @Serial private static final long serialVersionUID = 1L;

        private final String file;

        NotUtf8Exception(String file) {
            this.file = file;
        }

        @Override
        public String getMessage() {
            return file + ": the text is not UTF-8; save it as UTF-8";
        }
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
