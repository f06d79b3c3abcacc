package dev.flinkreranker.workbench.replay.input;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes problems as JSON lines, counts them, and remembers the first. */
public final class ProblemLog implements Closeable {
    private static final int REMEMBERED = 200;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final BufferedWriter out;
    private final List<InputProblem> first = new ArrayList<>();
    private long count;

    public ProblemLog(Path file) throws IOException {
        this.out = Files.newBufferedWriter(file);
    }

    public void add(InputProblem problem) throws IOException {
        out.write(MAPPER.writeValueAsString(problem));
        out.write('\n');
        count++;
        if (first.size() < REMEMBERED) {
            first.add(problem);
        }
    }

    public long count() {
        return count;
    }

    public List<InputProblem> first() {
        return List.copyOf(first);
    }

    /** Reads such a file. */
    public static List<InputProblem> read(Path file) throws IOException {
        List<InputProblem> problems = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            problems.add(read(file, line));
        }
        return problems;
    }

    private static InputProblem read(Path file, String line) throws IOException {
        try {
            return MAPPER.readValue(line, InputProblem.class);
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is not as a replay wrote it; remove its directory", e);
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
