package dev.flinkreranker.runtime.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks tokens up in the vocabulary of a {@code tokenizer.json} without building a tokenizer. */
public final class TokenVocabulary {

    private static final JsonFactory JSON = new JsonFactory();

    private TokenVocabulary() {}

    /**
     * The ids of whole tokens, in the order asked for.
     *
     * @param file a tokenizer.json whose model maps tokens to ids (BPE, WordPiece, WordLevel)
     * @throws InvalidCheckpointException if the file is missing, broken, or lacks one of the tokens
     */
    public static List<Integer> ids(Path file, List<String> tokens) {
        if (!Files.isRegularFile(file)) {
            throw new InvalidCheckpointException(
                    "%s: no such file; the answers %s are looked up there".formatted(file, tokens));
        }
        Map<String, Integer> found = new HashMap<>();
        try (JsonParser parser = JSON.createParser(file.toFile())) {
            if (enter(parser, "model") && enter(parser, "vocab")) {
                while (parser.nextToken() == JsonToken.FIELD_NAME && found.size() < tokens.size()) {
                    String token = parser.currentName();
                    int id = parser.nextIntValue(-1);
                    if (tokens.contains(token) && id >= 0) {
                        found.put(token, id);
                    }
                }
            }
        } catch (JsonProcessingException e) {
            throw new InvalidCheckpointException(
                    file + ": not valid JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new InvalidCheckpointException(file + ": cannot be read: " + e.getMessage(), e);
        }
        List<Integer> ids = new ArrayList<>();
        for (String token : tokens) {
            if (!found.containsKey(token)) {
                throw new InvalidCheckpointException(
                        "%s: no token \"%s\" in the vocabulary, which the score is the logit of"
                                .formatted(file, token));
            }
            ids.add(found.get(token));
        }
        return ids;
    }

    /** Goes into the object under a field of the object that comes next; skips the others. */
    private static boolean enter(JsonParser parser, String field) throws IOException {
        if (parser.currentToken() == null) {
            parser.nextToken();
        }
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return false;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean wanted = parser.currentName().equals(field);
            JsonToken value = parser.nextToken();
            if (wanted) {
                return value == JsonToken.START_OBJECT;
            }
            parser.skipChildren();
        }
        return false;
    }
}
