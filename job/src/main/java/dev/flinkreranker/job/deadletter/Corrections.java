package dev.flinkreranker.job.deadletter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.job.file.InputFile;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.config.StrictReader;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.request.RequestParser;
import dev.flinkreranker.operators.tenant.Overrides;
import dev.flinkreranker.runtime.json.JsonFault;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Values to send instead of those of the letters: JSON lines such as {@code {"letter": "0:12",
 * "value": {"request_id": …}}}.
 *
 * @param values by letter; empty for none
 */
record Corrections(Map<LetterId, byte[]> values) {

    static final Corrections NONE = new Corrections(Map.of());

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    /** A line of the file. */
    record Line(@Nullable String letter, @Nullable JsonNode value) {}

    /**
     * Reads a file.
     *
     * @param limits those of the job: what it would reject again is refused here
     * @throws InvalidConfigException with every line that is wrong
     */
    static Corrections read(Path file, RequestLimits limits) throws IOException {
        RequestParser parser = new RequestParser(limits, Overrides.POSSIBLE);
        Map<LetterId, byte[]> values = new TreeMap<>();
        List<String> violations = new ArrayList<>();
        try (BufferedReader lines = InputFile.reader(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                try {
                    add(line, parser, values);
                } catch (IllegalArgumentException | InvalidConfigException e) {
                    violations.add("%s:%d: %s".formatted(file, number, e.getMessage()));
                }
            }
        }
        if (!violations.isEmpty()) {
            throw new InvalidConfigException(violations);
        }
        if (values.isEmpty()) {
            throw new InvalidConfigException(file + " holds no line");
        }
        return new Corrections(values);
    }

    private static void add(String line, RequestParser parser, Map<LetterId, byte[]> values) {
        byte[] value;
        LetterId letter;
        try {
            JsonNode tree = MAPPER.readTree(line);
            Line read = StrictReader.read(tree, Line.class, "");
            if (read.letter() == null || read.value() == null) {
                throw new IllegalArgumentException("a line needs letter and value");
            }
            letter = LetterId.parse(read.letter());
            // Not the bound one, whose numbers have lost their last zeros.
            value = MAPPER.writeValueAsBytes(tree.get("value"));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(JsonFault.of(e).inLine(), e);
        }
        try {
            parser.parse(value);
        } catch (RejectedEventException e) {
            throw new IllegalArgumentException(
                    "letter %s would be rejected again: %s, %s"
                            .formatted(letter, e.reason(), e.getMessage()),
                    e);
        }
        if (values.put(letter, value) != null) {
            throw new IllegalArgumentException("letter " + letter + " is there twice");
        }
    }
}
