package dev.flinkreranker.workbench.bench.texts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.job.file.InputFile;
import dev.flinkreranker.runtime.json.JsonFault;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Pairs to measure with: JSON lines with {@code query} and {@code passage}. */
public final class PairFile {

    private PairFile() {}

    /**
     * The first pairs of the file.
     *
     * @param limit how many at most
     */
    public static List<TextPair> read(Path file, int limit) throws IOException {
        JsonMapper json = JsonMapper.builder().build();
        List<TextPair> pairs = new ArrayList<>();
        try (BufferedReader reader = InputFile.reader(file);
                Stream<String> lines = reader.lines()) {
            for (String line :
                    (Iterable<String>)
                            lines.filter(line -> !line.isBlank()).limit(limit)::iterator) {
                JsonNode pair;
                try {
                    pair = json.readTree(line);
                } catch (JsonProcessingException e) {
                    throw new IllegalArgumentException(
                            "%s:%d: not JSON: %s"
                                    .formatted(file, pairs.size() + 1, JsonFault.of(e).inLine()),
                            e);
                }
                if (!pair.path("query").isTextual() || !pair.path("passage").isTextual()) {
                    throw new IllegalArgumentException(
                            "%s:%d: needs the texts query and passage"
                                    .formatted(file, pairs.size() + 1));
                }
                pairs.add(new TextPair(pair.path("query").asText(), pair.path("passage").asText()));
            }
        }
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException(file + ": has no pairs");
        }
        return pairs;
    }
}
