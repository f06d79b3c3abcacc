package dev.flinkreranker.workbench.replay.scoring;

import dev.flinkreranker.workbench.replay.input.LineReader;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cuts files into blocks, in order; can start behind any block. */
final class LineBlocks implements Closeable {
    /** Enough pairs to fill a device's batches, few enough to lose little at a kill. */
    private static final int MAX_BYTES = 256 << 10;

    private final List<Path> files;
    private final int maxLines;
    private int file;
    private long skip;
    private @Nullable LineReader lines;
    private long consumedBefore;

    /**
     * Blocks from a place on.
     *
     * @param files the input
     * @param maxLines most lines in a block, at least 1
     * @param file file to start in
     * @param skip lines of that file already done
     */
    LineBlocks(List<Path> files, int maxLines, int file, long skip) {
        this.files = files;
        this.maxLines = maxLines;
        this.file = file;
        this.skip = skip;
        for (Path before : files.subList(0, file)) {
            consumedBefore += before.toFile().length();
        }
    }

    /** The next block; null at the end. */
    @Nullable LineBlock next() throws IOException {
        while (file < files.size()) {
            LineBlock block = nextOfFile();
            if (block != null) {
                return block;
            }
            lines.close();
            lines = null;
            consumedBefore += files.get(file).toFile().length();
            file++;
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        if (lines != null) {
            lines.close();
        }
    }

    private @Nullable LineBlock nextOfFile() throws IOException {
        if (lines == null) {
            try {
                lines = LineReader.open(files.get(file));
            } catch (IOException e) {
                throw new IOException(files.get(file) + " cannot be read: " + e.getMessage(), e);
            }
            for (long done = 0; done < skip; done++) {
                lines.next();
            }
            skip = 0;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int[] ends = new int[maxLines];
        int count = 0;
        long first = lines.number() + 1;
        String fault = "";
        while (count < maxLines && bytes.size() < MAX_BYTES && fault.isEmpty()) {
            if (!lines.next()) {
                if (first == 1 && count == 0) {
                    fault = "the file is empty";
                }
                break;
            }
            if (lines.fault() != null) {
                fault = lines.fault();
            } else {
                bytes.writeBytes(lines.bytes());
                ends[count++] = bytes.size();
            }
        }
        if (count == 0 && fault.isEmpty()) {
            return null;
        }
        return new LineBlock(
                file,
                first,
                bytes.toByteArray(),
                Arrays.copyOf(ends, count),
                fault,
                consumedBefore + lines.consumed());
    }
}
