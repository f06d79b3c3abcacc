package dev.flinkreranker.tests.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** JSON without backslashes: {@code json("{'top_n': 3}")}. */
public final class Json {

    private static final JsonMapper EXACT =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    private Json() {}

    /** Makes double quotes of single ones; after a backslash a single one stays. */
    public static String json(String text) {
        return text.replaceAll("(?<!\\\\)'", "\"").replace("\\'", "'");
    }

    /**
     * The same, read; numbers keep all their digits.
     *
     * @throws IllegalArgumentException when it is no JSON
     */
    public static JsonNode tree(String text) {
        try {
            return EXACT.readTree(json(text));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
