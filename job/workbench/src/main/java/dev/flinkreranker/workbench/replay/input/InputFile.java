package dev.flinkreranker.workbench.replay.input;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * A file's bytes, decompressed. Gzip and Zstandard are told by their first bytes, so that a renamed
 * file is read all the same.
 */
final class InputFile extends FilterInputStream {
    private static final int BUFFER = 1 << 16;
    private static final byte[] GZIP = {0x1f, (byte) 0x8b};
    private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};

    private final CountingStream raw;

    private InputFile(InputStream decompressed, CountingStream raw) {
        super(decompressed);
        this.raw = raw;
    }

    static InputFile open(Path path) throws IOException {
        CountingStream raw = new CountingStream(Files.newInputStream(path));
        try {
            BufferedInputStream buffered = new BufferedInputStream(raw, BUFFER);
            buffered.mark(ZSTD.length);
            byte[] head = buffered.readNBytes(ZSTD.length);
            buffered.reset();
            InputStream decompressed = buffered;
            if (startsWith(head, GZIP)) {
                decompressed = new GZIPInputStream(buffered, BUFFER);
            } else if (startsWith(head, ZSTD)) {
                decompressed = new ZstdInputStream(buffered);
            }
            return new InputFile(decompressed, raw);
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    /** Bytes taken from the file itself so far, compressed where it is. */
    long consumed() {
        return raw.count;
    }

    private static boolean startsWith(byte[] head, byte[] magic) {
        if (head.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if (head[i] != magic[i]) {
                return false;
            }
        }
        return true;
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
    }
}
