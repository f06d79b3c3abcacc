package dev.flinkreranker.job.file;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Decompresses one Zstandard frame after the other. The library's own stream takes the end of the
 * input for the end of the text where a frame behind the first is cut.
 */
final class ZstdFrames extends InputStream {
    private static final int BUFFER = 1 << 16;

    private final InputStream in;
    private final ZstdDecompressCtx context = new ZstdDecompressCtx();
    private final byte[] chunk = new byte[BUFFER];
    private final ByteBuffer source = ByteBuffer.allocateDirect(BUFFER).limit(0);
    private final ByteBuffer target = ByteBuffer.allocateDirect(BUFFER).limit(0);
    private boolean betweenFrames = true;

    ZstdFrames(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        return fill() ? target.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, target.remaining());
        target.get(into, offset, count);
        return count;
    }

    @Override
    public void close() throws IOException {
        context.close();
        in.close();
    }

    /** Sees to it that something is there to be read; false at the end. */
    private boolean fill() throws IOException {
        while (!target.hasRemaining()) {
            // A frame may have more to give than the target held, without more source.
            if (!source.hasRemaining() && (betweenFrames || !decompress())) {
                int count = in.read(chunk);
                if (count < 0) {
                    if (!betweenFrames) {
                        throw new EOFException();
                    }
                    return false;
                }
                source.clear().put(chunk, 0, count).flip();
            }
            if (source.hasRemaining()) {
                decompress();
            }
        }
        return true;
    }

    /** Whether it gave anything. */
    private boolean decompress() throws IOException {
        target.clear();
        try {
            betweenFrames = context.decompressDirectByteBufferStream(target, source);
        } catch (ZstdException e) {
            throw new IOException("the Zstandard data is broken", e);
        } finally {
            target.flip();
        }
        return target.hasRemaining();
    }
}
