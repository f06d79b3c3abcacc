package dev.flinkreranker.workbench.bench.subject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.workbench.bench.texts.TextPair;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * {@code tests/reference/time_reference.py} in a Python of the user's choice: it loads the model
 * once, and scores all pairs each time it is told to. Its threads wait as its library has them
 * wait, not as this project's do.
 */
public final class PythonReference implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** How the launcher, or whoever calls it, sets threads and memory for this project. */
    private static final Set<String> OURS =
            Set.of(
                    "OMP_WAIT_POLICY",
                    "GOMP_SPINCOUNT",
                    "MALLOC_ARENA_MAX",
                    "MALLOC_TRIM_THRESHOLD_",
                    "MALLOC_MMAP_THRESHOLD_");

    private final Path script;
    private final Path directory;
    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader answers;
    private final String versions;

    /**
     * Which reference, how.
     *
     * @param kind a name of {@code references.py}
     * @param dtype float32 or bfloat16, or int8 of an ONNX peer
     * @param batch pairs of a batch; 0 for the library's default, {@code fastest} for the best of a
     *     few
     */
    public record Settings(
            Path python,
            Path script,
            Path model,
            String kind,
            String dtype,
            int maxLength,
            String batch,
            ScoringSettings scoring) {

        private List<String> command(Path pairs) {
            List<String> command =
                    new ArrayList<>(
                            List.of(
                                    python.toString(),
                                    script.toString(),
                                    "--model=" + model,
                                    "--kind=" + kind,
                                    "--pairs=" + pairs,
                                    "--dtype=" + dtype,
                                    "--max-length=" + maxLength,
                                    "--batch=" + batch,
                                    "--compress-ratio=" + scoring.compressRatio()));
            for (int cutoff : scoring.cutoffLayers()) {
                command.add("--cutoff-layer=" + cutoff);
            }
            if (!scoring.compressLayers().isEmpty()) {
                command.add("--compress-layers");
                scoring.compressLayers().forEach(layer -> command.add(layer.toString()));
            }
            return command;
        }
    }

    /**
     * Starts it and waits until it has loaded and warmed up.
     *
     * @throws IOException if it fails; the message is its last line of standard error
     */
    public PythonReference(Settings settings, List<TextPair> pairs)
            throws IOException, InterruptedException {
        script = settings.script();
        directory = Files.createTempDirectory("reranker-reference");
        Path input = directory.resolve("pairs.jsonl");
        List<String> lines = new ArrayList<>();
        for (TextPair pair : pairs) {
            lines.add(JSON.writeValueAsString(pair));
        }
        Files.write(input, lines);
        ProcessBuilder builder = new ProcessBuilder(settings.command(input));
        builder.environment().keySet().removeIf(OURS::contains);
        process = builder.redirectError(directory.resolve("errors.txt").toFile()).start();
        commands = process.outputWriter();
        answers = process.inputReader();
        try {
            versions = answer().path("versions").toString();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Versions of its libraries, as JSON. */
    public String versions() {
        return versions;
    }

    /** Scores all pairs. */
    public TimedScores score() throws IOException, InterruptedException {
        commands.write("score\n");
        commands.flush();
        JsonNode answer = answer();
        List<Double> scores = new ArrayList<>();
        answer.path("scores").forEach(score -> scores.add(score.asDouble()));
        return new TimedScores(
                answer.path("seconds").asDouble(),
                answer.path("processor_seconds").asDouble(),
                scores);
    }

    private JsonNode answer() throws IOException, InterruptedException {
        String line = answers.readLine();
        if (line == null) {
            process.waitFor();
            List<String> said = Files.readAllLines(directory.resolve("errors.txt"));
            throw new IOException(
                    script
                            + " failed: "
                            + (said.isEmpty() ? "no reason given" : said.get(said.size() - 1)));
        }
        return JSON.readTree(line);
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        Files.deleteIfExists(directory.resolve("pairs.jsonl"));
        Files.deleteIfExists(directory.resolve("errors.txt"));
        Files.deleteIfExists(directory);
    }
}
