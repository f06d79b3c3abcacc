package dev.flinkreranker.runtime.tokenization;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * What the files beside a {@code tokenizer.json} say of it: {@code tokenizer_config.json} and, for
 * what that leaves open, {@code config.json}.
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

    private static final JsonMapper JSON = new JsonMapper();

    private final Path directory;
    private final JsonNode tokenizer;
    private final JsonNode model;

    private TokenizerConfig(Path directory) {
        this.directory = directory;
        this.tokenizer = readIfPresent("tokenizer_config.json");
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

    private InvalidCheckpointException invalid(String field, String problem) {
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
        } catch (JsonProcessingException e) {
            throw new InvalidCheckpointException(
                    file + ": not valid JSON: " + e.getOriginalMessage().lines().findFirst().get(),
                    e);
        } catch (IOException e) {
            throw new InvalidCheckpointException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
