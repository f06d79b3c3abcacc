package dev.flinkreranker.workbench.replay.publication;

import dev.flinkreranker.operators.result.ResultCodec;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The lines of several result files: all of the first configuration, then all of the next. */
final class ResultLines implements Closeable {
    private final List<String> configurations = new ArrayList<>();
    private final List<BufferedReader> readers = new ArrayList<>();
    private int turn;

    /**
     * A result.
     *
     * @param configuration whose it is
     * @param key the request's id in UTF-8
     * @param value the result as it stands in the file
     */
    record Line(String configuration, byte[] key, byte[] value) {}

    private ResultLines() {}

    static ResultLines open(Map<String, Path> files) throws IOException {
        ResultLines lines = new ResultLines();
        try {
            for (Map.Entry<String, Path> file : files.entrySet()) {
                lines.configurations.add(file.getKey());
                lines.readers.add(Files.newBufferedReader(file.getValue()));
            }
            return lines;
        } catch (IOException e) {
            lines.close();
            throw e;
        }
    }

    /** Passes lines over. */
    void skip(long count) throws IOException {
        for (long i = 0; i < count; i++) {
            read();
        }
    }

    /** The next line; null at the end. */
    @Nullable Line next() throws IOException {
        String line = read();
        if (line == null) {
            return null;
        }
        String configuration = configurations.get(turn);
        byte[] value = line.getBytes(StandardCharsets.UTF_8);
        String id = ResultCodec.decode(value).requestId();
        return new Line(configuration, id.getBytes(StandardCharsets.UTF_8), value);
    }

    @Override
    public void close() throws IOException {
        for (BufferedReader reader : readers) {
            reader.close();
        }
    }

    private @Nullable String read() throws IOException {
        String line = readers.get(turn).readLine();
        while (line == null && turn + 1 < readers.size()) {
            turn++;
            line = readers.get(turn).readLine();
        }
        return line;
    }
}
