package dev.flinkreranker.runtime.tokenization;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the files beside a {@code tokenizer.json} say of it: {@code tokenizer_config.json} and, for
 * what that leaves open, {@code special_tokens_map.json} and {@code config.json}.
 */
final class TokenizerConfig {

    /** The classes for text of transformers 5 that make token types; all others make none. */
    private static final Set<String> CLASSES_WITH_TOKEN_TYPES =
            Set.of(
                    "BertTokenizer",
                    "ConvBertTokenizer",
                    "DPRContextEncoderTokenizer",
                    "DPRQuestionEncoderTokenizer",
                    "DebertaTokenizer",
                    "DebertaV2Tokenizer",
                    "ElectraTokenizer",
                    "FNetTokenizer",
                    "LayoutLMTokenizer",
                    "LxmertTokenizer",
                    "MobileBertTokenizer",
                    "SqueezeBertTokenizer");

    private static final List<String> SPECIAL_TOKENS =
            List.of(
                    "bos_token",
                    "eos_token",
                    "unk_token",
                    "sep_token",
                    "pad_token",
                    "cls_token",
                    "mask_token");

    private static final JsonMapper JSON = new JsonMapper();

    private final Path directory;
    private final JsonNode tokenizer;
    private final JsonNode specialTokens;
    private final JsonNode model;

    private TokenizerConfig(Path directory) {
        this.directory = directory;
        this.tokenizer = readIfPresent("tokenizer_config.json");
        this.specialTokens = readIfPresent("special_tokens_map.json");
        this.model = readIfPresent("config.json");
    }

    /**
     * Reads those of the files that are there.
     *
     * @throws InvalidCheckpointException if one is not JSON
     */
    static TokenizerConfig read(Path directory) {
        return new TokenizerConfig(directory);
    }

    /** The field of {@code tokenizer_config.json}, or a missing node. */
    JsonNode field(String name) {
        return tokenizer.path(name);
    }

    /** The field of {@code config.json}, or a missing node. */
    JsonNode modelField(String name) {
        return model.path(name);
    }

    /**
     * The texts of the special tokens that are named, by field, such as {@code bos_token}: empty
     * where the tokenizer has no such token, which is written as null; no entry where no file says.
     *
     * @throws InvalidCheckpointException if a special token is neither a text nor has one
     */
    Map<String, Optional<String>> specialTokens() {
        Map<String, Optional<String>> named = new LinkedHashMap<>();
        for (String field : SPECIAL_TOKENS) {
            JsonNode token = tokenizer.has(field) ? field(field) : specialTokens.path(field);
            JsonNode text = token.isObject() ? token.path("content") : token;
            if (token.isNull()) {
                named.put(field, Optional.empty());
            } else if (text.isTextual()) {
                named.put(field, Optional.of(text.textValue()));
            } else if (!token.isMissingNode()) {
                throw invalid(field, "must be a text, or an object with its content, not " + token);
            }
        }
        return named;
    }

    /**
     * Whether the tokenizer makes token types, so that the model sees those of the pair's template;
     * otherwise it sees 0 throughout. {@code model_input_names} says it, or else the tokenizer's
     * class, or else the class that the model's type has.
     *
     * @throws InvalidCheckpointException if {@code model_input_names} is no list
     */
    boolean makesTokenTypes() {
        JsonNode names = field("model_input_names");
        if (!names.isMissingNode()) {
            if (!names.isArray()) {
                throw invalid("model_input_names", "must be a list, not " + names);
            }
            for (JsonNode name : names) {
                if (name.asText().equals("token_type_ids")) {
                    return true;
                }
            }
            return false;
        }
        String className =
                field("tokenizer_class").asText(modelField("tokenizer_class").asText(""));
        return className.isEmpty()
                ? modelField("model_type").asText().equals("bert")
                : CLASSES_WITH_TOKEN_TYPES.contains(className.replaceFirst("Fast$", ""));
    }

    /** A refusal of a field's value, for the caller to throw. */
    InvalidCheckpointException invalid(String field, String problem) {
        return new InvalidCheckpointException(
                "%s: field \"%s\" %s"
                        .formatted(directory.resolve("tokenizer_config.json"), field, problem));
    }

    private JsonNode readIfPresent(String name) {
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file)) {
            return JSON.missingNode();
        }
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw InvalidCheckpointException.unreadable(file, e);
        }
    }
}
