package dev.flinkreranker.job.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs {@code tests/reference/time_reference.py} in a Python of the user's choice. */
record PythonReference(Path python, Path script, Path model, String kind, int maxLength) {

    /**
     * What the reference gave.
     *
     * @param seconds of each repetition
     * @param scores one per pair, in order
     * @param versions of its libraries
     */
    record Result(List<Double> seconds, List<Double> scores, String versions) {

        double fastest() {
            return seconds.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
        }
    }

    /**
     * @throws IOException if it fails; the message is its last line of standard error
     */
    Result run(List<PairFile.TextPair> pairs, String dtype, int repeat)
            throws IOException, InterruptedException {
        JsonMapper json = JsonMapper.builder().build();
        Path directory = Files.createTempDirectory("reranker-reference");
        Path input = directory.resolve("pairs.jsonl");
        Path errors = directory.resolve("errors.txt");
        try {
            List<String> lines = new ArrayList<>();
            for (PairFile.TextPair pair : pairs) {
                lines.add(json.writeValueAsString(pair));
            }
            Files.write(input, lines);
            Process process =
                    new ProcessBuilder(
                                    python.toString(),
                                    script.toString(),
                                    "--model",
                                    model.toString(),
                                    "--kind",
                                    kind,
                                    "--pairs",
                                    input.toString(),
                                    "--dtype",
                                    dtype,
                                    "--max-length",
                                    Integer.toString(maxLength),
                                    "--repeat",
                                    Integer.toString(repeat))
                            .redirectError(errors.toFile())
                            .start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                List<String> said = Files.readAllLines(errors);
                throw new IOException(
                        script
                                + " failed: "
                                + (said.isEmpty() ? "no reason given" : said.get(said.size() - 1)));
            }
            JsonNode result = json.readTree(output);
            return new Result(
                    doubles(result.path("seconds")),
                    doubles(result.path("scores")),
                    result.path("versions").toString());
        } finally {
            Files.deleteIfExists(input);
            Files.deleteIfExists(errors);
            Files.delete(directory);
        }
    }

    private static List<Double> doubles(JsonNode values) {
        List<Double> doubles = new ArrayList<>();
        values.forEach(value -> doubles.add(value.asDouble()));
        return doubles;
    }
}
