package dev.flinkreranker.workbench.replay;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.workbench.replay.input.InputProblem;
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

    /** Begins a file anew. */
    public ProblemLog(Path file) throws IOException {
        this.out = Files.newBufferedWriter(file);
    }

    /** Writes one. */
    public void add(InputProblem problem) throws IOException {
        out.write(MAPPER.writeValueAsString(problem));
        out.write('\n');
        count++;
        if (first.size() < REMEMBERED) {
            first.add(problem);
        }
    }

    long count() {
        return count;
    }

    List<InputProblem> first() {
        return List.copyOf(first);
    }

    /** Reads such a file. */
    static List<InputProblem> read(Path file) throws IOException {
        List<InputProblem> problems = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            problems.add(MAPPER.readValue(line, InputProblem.class));
        }
        return problems;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
