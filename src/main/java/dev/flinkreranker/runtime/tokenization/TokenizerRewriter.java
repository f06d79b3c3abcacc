package dev.flinkreranker.runtime.tokenization;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * Copies a {@code tokenizer.json}, as a stream, into one that turns bare text into ids and nothing
 * more: no truncation, no padding, no special tokens around the text, whatever the file says.
 *
 * <p>It can also rename tokens. A control token under a name that no text contains cannot be spelt:
 * neither as an added token, nor as an entry of the vocabulary, nor by merges that would lead to
 * it. Its id and every other id stay what they were, so all other text keeps its ids.
 */
final class TokenizerRewriter {

    /** Tokens are field names of a vocabulary: hundreds of thousands, none seen twice. */
    private static final JsonMapper JSON =
            new JsonMapper(
                    JsonFactory.builder()
                            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                            .build());

    private static final Set<String> DROPPED = Set.of("truncation", "padding", "post_processor");

    private final Map<String, String> names;
    private final Map<String, ObjectNode> replaced;

    /**
     * @param names new names by old name; tokens that are not in it keep their names
     * @param replaced what stands in the place of a part of the file, by its field
     */
    TokenizerRewriter(Map<String, String> names, Map<String, ObjectNode> replaced) {
        this.names = Map.copyOf(names);
        this.replaced = Map.copyOf(replaced);
    }

    /** The rewritten JSON text of a file that {@link TokenizerDescription} could read. */
    String rewrite(Path file) throws IOException {
        StringWriter text = new StringWriter();
        JsonFactory factory = JSON.getFactory();
        try (JsonParser in = JSON.createParser(file.toFile());
                JsonGenerator out = factory.createGenerator(text)) {
            in.nextToken();
            out.writeStartObject();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String field = in.currentName();
                in.nextToken();
                out.writeFieldName(field);
                if (DROPPED.contains(field)) {
                    in.skipChildren();
                    out.writeNull();
                } else if (replaced.containsKey(field)) {
                    in.skipChildren();
                    JSON.writeTree(out, replaced.get(field));
                } else if (field.equals("added_tokens")) {
                    addedTokens(in, out);
                } else if (field.equals("model")) {
                    model(in, out);
                } else {
                    out.copyCurrentStructure(in);
                }
            }
            out.writeEndObject();
        }
        return text.toString();
    }

    private void addedTokens(JsonParser in, JsonGenerator out) throws IOException {
        JsonNode tokens = JSON.readTree(in);
        for (JsonNode token : tokens) {
            ((ObjectNode) token).put("content", renamed(token.path("content").asText()));
        }
        JSON.writeTree(out, tokens);
    }

    private void model(JsonParser in, JsonGenerator out) throws IOException {
        out.writeStartObject();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String field = in.currentName();
            JsonToken value = in.nextToken();
            out.writeFieldName(field);
            if (field.equals("unk_token") && value == JsonToken.VALUE_STRING) {
                out.writeString(renamed(in.getText()));
            } else if (field.equals("vocab") && value == JsonToken.START_OBJECT) {
                idsByToken(in, out);
            } else if (field.equals("vocab") && value == JsonToken.START_ARRAY) {
                scoredTokens(in, out);
            } else if (field.equals("merges") && value == JsonToken.START_ARRAY) {
                merges(in, out);
            } else {
                out.copyCurrentStructure(in);
            }
        }
        out.writeEndObject();
    }

    private void idsByToken(JsonParser in, JsonGenerator out) throws IOException {
        out.writeStartObject();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            out.writeFieldName(renamed(in.currentName()));
            in.nextToken();
            out.copyCurrentStructure(in);
        }
        out.writeEndObject();
    }

    /** A Unigram vocabulary: a list of [token, score]. */
    private void scoredTokens(JsonParser in, JsonGenerator out) throws IOException {
        out.writeStartArray();
        while (in.nextToken() == JsonToken.START_ARRAY) {
            out.writeStartArray();
            in.nextToken();
            out.writeString(renamed(in.getText()));
            while (in.nextToken() != JsonToken.END_ARRAY) {
                out.copyCurrentStructure(in);
            }
            out.writeEndArray();
        }
        out.writeEndArray();
    }

    /** Merges as "left right" (older files) or as [left, right]. */
    private void merges(JsonParser in, JsonGenerator out) throws IOException {
        out.writeStartArray();
        for (JsonToken token = in.nextToken();
                token != JsonToken.END_ARRAY;
                token = in.nextToken()) {
            if (token == JsonToken.START_ARRAY) {
                String left = in.nextTextValue();
                String right = in.nextTextValue();
                in.nextToken();
                if (survives(left, right)) {
                    out.writeStartArray();
                    out.writeString(left);
                    out.writeString(right);
                    out.writeEndArray();
                }
            } else {
                String merge = in.getText();
                int space = merge.indexOf(' ');
                if (space < 0 || survives(merge.substring(0, space), merge.substring(space + 1))) {
                    out.writeString(merge);
                }
            }
        }
        out.writeEndArray();
    }

    private boolean survives(String left, String right) {
        return !names.containsKey(left)
                && !names.containsKey(right)
                && !names.containsKey(left + right);
    }

    private String renamed(String token) {
        return names.getOrDefault(token, token);
    }
}
