package dev.flinkreranker.runtime.tokenization;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is to be known of a {@code tokenizer.json} without building the tokenizer. Read as a stream:
 * the large ones hold hundreds of thousands of entries.
 *
 * @param addedTokens the added tokens in file order
 * @param normalizer the {@code normalizer}, or a missing node
 * @param postProcessor the {@code post_processor}, or a missing node
 * @param truncation the {@code truncation}, or a missing node
 * @param modelVocabularySize largest id of the vocabulary plus one
 * @param vocabularySize largest token id plus one, added tokens included
 * @param ids the ids of the tokens that were asked for, as far as they are added tokens or entries
 *     of the vocabulary
 */
record TokenizerDescription(
        List<AddedToken> addedTokens,
        JsonNode normalizer,
        JsonNode postProcessor,
        JsonNode truncation,
        long modelVocabularySize,
        long vocabularySize,
        Map<String, Long> ids) {

    /**
     * Longest piece of a unigram vocabulary; Gemma's has 93. The native library keeps pieces in a
     * tree as deep as the longest, and frees it by recursion: tens of thousands of levels overflow
     * the thread's stack, which ends the process.
     */
    static final int MAX_PIECE_CHARS = 512;

    /** Tokens are field names of a vocabulary: hundreds of thousands, none seen twice. */
    private static final JsonMapper JSON =
            new JsonMapper(
                    JsonFactory.builder()
                            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                            .build());

    TokenizerDescription {
        addedTokens = List.copyOf(addedTokens);
        ids = Map.copyOf(ids);
    }

    /**
     * Reads a file.
     *
     * @param tokens the tokens whose ids are asked for
     * @throws IOException if it cannot be read or is not JSON
     * @throws InvalidCheckpointException if it has no vocabulary, naming the file
     */
    static TokenizerDescription read(Path file, Collection<String> tokens) throws IOException {
        try (JsonParser parser = JSON.createParser(file.toFile())) {
            return read(parser, tokens);
        } catch (IllegalArgumentException e) {
            throw new InvalidCheckpointException(file + ": " + e.getMessage(), e);
        }
    }

    private static TokenizerDescription read(JsonParser parser, Collection<String> tokens)
            throws IOException {
        Map<String, Long> ids = new HashMap<>();
        List<AddedToken> addedTokens = new ArrayList<>();
        JsonNode normalizer = MissingNode.getInstance();
        JsonNode postProcessor = MissingNode.getInstance();
        JsonNode truncation = MissingNode.getInstance();
        long size = 0;
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException("not a JSON object");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "added_tokens" -> {
                    for (JsonNode token : JSON.<JsonNode>readTree(parser)) {
                        addedTokens.add(addedToken(token));
                    }
                }
                case "normalizer" -> normalizer = JSON.readTree(parser);
                case "truncation" -> truncation = JSON.readTree(parser);
                case "post_processor" -> postProcessor = JSON.readTree(parser);
                case "model" -> size = modelVocabulary(parser, tokens, ids);
                default -> parser.skipChildren();
            }
        }
        if (size == 0) {
            throw new IllegalArgumentException("model.vocab is missing or empty");
        }
        long all = size;
        for (AddedToken token : addedTokens) {
            all = Math.max(all, token.id() + 1);
            if (tokens.contains(token.content())) {
                ids.put(token.content(), token.id());
            }
        }
        return new TokenizerDescription(
                addedTokens, normalizer, postProcessor, truncation, size, all, ids);
    }

    private static AddedToken addedToken(JsonNode token) {
        if (!token.path("id").isIntegralNumber() || !token.path("content").isTextual()) {
            throw new IllegalArgumentException("added_tokens has an entry without id or content");
        }
        return new AddedToken(
                token.path("id").asLong(),
                token.path("content").asText(),
                token.path("special").asBoolean());
    }

    /** Reads one entry of a list, a piece and its score; returns the piece. */
    private static String piece(JsonParser parser) throws IOException {
        String piece = "";
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return piece;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.VALUE_STRING) {
                if (parser.getTextLength() > MAX_PIECE_CHARS) {
                    throw new IllegalArgumentException(
                            "model.vocab has a piece of %d characters; supported are at most %d"
                                    .formatted(parser.getTextLength(), MAX_PIECE_CHARS));
                }
                piece = parser.getText();
            }
            parser.skipChildren();
        }
        return piece;
    }

    private static long modelVocabulary(
            JsonParser parser, Collection<String> tokens, Map<String, Long> ids)
            throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException("model is not a JSON object");
        }
        long size = 0;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            if (!field.equals("vocab")) {
                parser.skipChildren();
            } else if (value == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    String piece = piece(parser);
                    if (tokens.contains(piece)) {
                        ids.put(piece, size);
                    }
                    size++;
                }
            } else if (value == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String token = parser.currentName();
                    if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT) {
                        throw new IllegalArgumentException(
                                "model.vocab maps a token to something not an id");
                    }
                    if (tokens.contains(token)) {
                        ids.put(token, parser.getLongValue());
                    }
                    size = Math.max(size, parser.getLongValue() + 1);
                }
            } else {
                throw new IllegalArgumentException("model.vocab is neither an object nor a list");
            }
        }
        return size;
    }
}
