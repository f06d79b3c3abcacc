package dev.flinkreranker.runtime.tokenization;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The committed tokenizers and what the reference makes of texts with them. */
final class Fixtures {

    static final Path TOKENIZERS = Path.of("test", "resources", "tokenizers");
    static final Path XLM_ROBERTA = TOKENIZERS.resolve("xlm-roberta-like");
    static final Path GEMMA = TOKENIZERS.resolve("gemma-like");
    static final Path QWEN = TOKENIZERS.resolve("qwen-like");

    private static final JsonMapper JSON = new JsonMapper();

    private Fixtures() {}

    static List<JsonNode> lines(String name) throws IOException {
        List<JsonNode> nodes = new ArrayList<>();
        for (String line : Files.readAllLines(TOKENIZERS.resolve(name))) {
            nodes.add(JSON.readTree(line));
        }
        return nodes;
    }

    static long[] ids(JsonNode array) {
        return JSON.convertValue(array, long[].class);
    }

    static TokenizationSettings settings(Integer maxLength, Integer queryMaxLength, Truncation t) {
        return new TokenizationSettings(
                maxLength, queryMaxLength, t, null, null, null, null, SpecialTokens.PLAIN_TEXT);
    }
}
