package dev.flinkreranker.workbench.replay.input;

import dev.flinkreranker.job.file.InputFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a file as bytes, with their numbers. A line that cannot be read (too long, cut
 * compression) is reported in its place and never silently joined or dropped.
 */
public final class LineReader implements Closeable {
    /** Longest line taken, in bytes. */
    public static final int MAX_LINE = 16 << 20;

    private static final int BUFFER = 1 << 16;

    private final InputFile in;
    private final byte[] buffer = new byte[BUFFER];
    private int at;
    private int limit;
    private byte[] line = new byte[1 << 12];
    private int length;
    private long number;
    private @Nullable String fault;
    private boolean ended;

    private LineReader(InputFile in) {
        this.in = in;
    }

    /** Opens a file, or standard input for {@code -}. */
    public static LineReader open(Path file) throws IOException {
        return new LineReader(InputFile.open(file));
    }

    /** Goes to the next line; false at the end of the file. */
    public boolean next() throws IOException {
        if (ended) {
            return false;
        }
        length = 0;
        fault = null;
        number++;
        boolean any = false;
        while (true) {
            if (at == limit && !fill()) {
                ended = true;
                return any || fault != null;
            }
            any = true;
            int end = at;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            append(end);
            at = end;
            if (end < limit) {
                at++;
                return true;
            }
        }
    }

    /** The number of the current line, from 1. */
    public long number() {
        return number;
    }

    /** The current line without its end. */
    public byte[] bytes() {
        int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
        return Arrays.copyOf(line, end);
    }

    /** Whether the current line holds nothing but blanks. */
    public boolean isBlank() {
        return isBlank(line, length);
    }

    /** Whether bytes hold nothing but blanks. */
    public static boolean isBlank(byte[] bytes) {
        return isBlank(bytes, bytes.length);
    }

    private static boolean isBlank(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    /** Why the current line could not be read; null when it was. */
    public @Nullable String fault() {
        return fault;
    }

    /** Bytes of the file consumed so far, compressed where it is. */
    public long consumed() {
        return in.consumed();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private boolean fill() {
        try {
            at = 0;
            limit = Math.max(0, in.read(buffer, 0, BUFFER));
            return limit > 0;
        } catch (IOException e) {
            // What cut compression lets through is not known to be whole.
            limit = 0;
            fault = "the file cannot be read further: " + e.getMessage();
            return false;
        }
    }

    private void append(int end) {
        int more = end - at;
        if (length + more > MAX_LINE) {
            fault = "the line is longer than " + (MAX_LINE >> 20) + " MiB";
            length = 0;
            return;
        }
        if (fault != null) {
            return;
        }
        if (length + more > line.length) {
            line =
                    Arrays.copyOf(
                            line, Math.max(length + more, Math.min(MAX_LINE, line.length * 2)));
        }
        System.arraycopy(buffer, at, line, length, more);
        length += more;
    }
}
