package dev.flinkreranker.workbench.scoring;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.runtime.json.JsonFault;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Reads JSON lines {@code {"query": ..., "passage": ...}} in UTF-8; other fields and blank lines
 * are skipped.
 */
final class PairLineReader implements Closeable {

    private static final int MAX_LINE_BYTES = 64 << 20;
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private final InputStream input;
    private final String name;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long line;

    /**
     * @param input the lines; closed with this
     * @param name what to call it in messages
     */
    PairLineReader(InputStream input, String name) {
        this.input = new BufferedInputStream(input, 1 << 16);
        this.name = name;
    }

    /** What to call the input in messages. */
    String name() {
        return name;
    }

    /**
     * The next pair, or nothing at the end.
     *
     * @throws BadPairException if the line is no such pair
     */
    Optional<PairLine> next() throws IOException {
        JsonNode node;
        do {
            if (!readLine()) {
                return Optional.empty();
            }
            node = parse();
        } while (node.isMissingNode());
        if (!node.isObject()) {
            throw bad("is not a JSON object");
        }
        return Optional.of(new PairLine(line, text(node, "query"), text(node, "passage")));
    }

    private JsonNode parse() {
        try {
            return JSON.readTree(bytes.toByteArray());
        } catch (IOException e) {
            throw bad("not valid JSON: " + JsonFault.of(e).inLine());
        }
    }

    private String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (value.isMissingNode()) {
            throw bad("\"" + field + "\" is missing");
        }
        if (!value.isTextual()) {
            throw bad("\"" + field + "\" is not a string");
        }
        return value.textValue();
    }

    private boolean readLine() throws IOException {
        bytes.reset();
        int b = read();
        if (b < 0) {
            return false;
        }
        line++;
        for (; b >= 0 && b != '\n'; b = read()) {
            if (bytes.size() == MAX_LINE_BYTES) {
                throw bad("longer than " + (MAX_LINE_BYTES >> 20) + " MiB");
            }
            bytes.write(b);
        }
        return true;
    }

    private int read() {
        try {
            return input.read();
        } catch (IOException e) {
            line = Math.max(1, line);
            throw bad("cannot be read further: " + e.getMessage());
        }
    }

    private BadPairException bad(String reason) {
        return new BadPairException(name, line, reason);
    }

    @Override
    public void close() throws IOException {
        input.close();
    }
}
