package dev.flinkreranker.workbench.replay.outcome;

import dev.flinkreranker.workbench.replay.input.BadLineException;
import dev.flinkreranker.workbench.replay.input.LineReader;
import dev.flinkreranker.workbench.replay.input.ReplayRequest;
import dev.flinkreranker.workbench.replay.input.RequestLine;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads requests of the log again, for their text, in the order in which they stand there. */
final class LogReader implements Closeable {
    private final List<Path> files;
    private int file = -1;
    private @Nullable LineReader lines;

    LogReader(List<Path> files) {
        this.files = files;
    }

    /**
     * The request at a place behind all those read before.
     *
     * @param file index of the file
     * @param line its number from 1
     * @throws IOException also when no request stands there any more
     */
    ReplayRequest read(int file, long line) throws IOException {
        if (file != this.file) {
            close();
            lines = LineReader.open(files.get(file));
            this.file = file;
        }
        try {
            while (lines.number() < line) {
                if (!lines.next()) {
                    throw new BadLineException("it has no line " + line);
                }
            }
            return RequestLine.parse(lines.bytes());
        } catch (BadLineException e) {
            throw new IOException(
                    files.get(file) + " was changed during the replay: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        if (lines != null) {
            lines.close();
        }
    }
}
