package dev.flinkreranker.runtime.tokenization;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the files beside a {@code tokenizer.json} say of it, as transformers and Sentence
 * Transformers read them: {@code tokenizer_config.json}, {@code sentence_bert_config.json} and, for
 * what these leave open, {@code special_tokens_map.json} and {@code config.json}.
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

    /** Their classes make their own normalizer, whatever {@code tokenizer.json} says. */
    private static final Set<String> BERT_CLASSES =
            Set.of("BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer");

    /** Models whose tokenizer, where nobody names one, is BERT's. */
    private static final Set<String> BERT_TYPES = Set.of("bert", "ernie");

    private static final String FILE = "tokenizer_config.json";
    private static final String SENTENCE_FILE = "sentence_bert_config.json";

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
    private final Path modelDirectory;
    private final JsonNode tokenizer;
    private final JsonNode sentence;
    private final JsonNode specialTokens;
    private final JsonNode model;

    private TokenizerConfig(Path directory, Path modelDirectory) {
        this.directory = directory;
        this.modelDirectory = modelDirectory;
        this.tokenizer = readIfPresent(directory.resolve(FILE));
        this.sentence = readIfPresent(nearest(SENTENCE_FILE));
        this.specialTokens = readIfPresent(directory.resolve("special_tokens_map.json"));
        this.model = readIfPresent(nearest("config.json"));
    }

    private Path nearest(String name) {
        Path file = directory.resolve(name);
        return Files.exists(file) ? file : modelDirectory.resolve(name);
    }

    /**
     * Reads those of the files that are there.
     *
     * @param directory that of the tokenizer
     * @param modelDirectory where what is said of the model is, if not there too: an adapter's
     *     tokenizer may lie beside the adapter alone
     * @throws InvalidCheckpointException if one is not JSON
     */
    static TokenizerConfig read(Path directory, Path modelDirectory) {
        return new TokenizerConfig(directory, modelDirectory);
    }

    /** The field of {@code tokenizer_config.json}, or a missing node. */
    JsonNode field(String name) {
        return tokenizer.path(name);
    }

    /** What Sentence Transformers tells a chat template besides the messages, by name. */
    Map<String, Object> templateSettings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        sentence.path("processing_kwargs")
                .path("chat_template")
                .properties()
                .forEach(
                        setting -> {
                            JsonNode value = setting.getValue();
                            if (value.isBoolean()) {
                                settings.put(setting.getKey(), value.booleanValue());
                            } else if (value.isTextual()) {
                                settings.put(setting.getKey(), value.textValue());
                            }
                        });
        return settings;
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
        return isOfClass(CLASSES_WITH_TOKEN_TYPES);
    }

    /** Where no class is named, the model's type gives it. */
    private boolean isOfClass(Set<String> classes) {
        String className =
                field("tokenizer_class").asText(modelField("tokenizer_class").asText(""));
        return className.isEmpty()
                ? BERT_TYPES.contains(modelField("model_type").asText())
                : classes.contains(className.replaceFirst("Fast$", ""));
    }

    /**
     * The most tokens that the folder says a pair should have: {@code max_seq_length} of {@code
     * sentence_bert_config.json}, otherwise {@code model_max_length}; {@link Integer#MAX_VALUE}
     * where neither says a number. (Where the tokenizer knows no limit, transformers writes 1e30.)
     *
     * @throws InvalidCheckpointException if it is not a number of at least 8
     */
    int maxLength() {
        return sentence.hasNonNull("max_seq_length")
                ? length(SENTENCE_FILE, "max_seq_length", sentence)
                : length(FILE, "model_max_length", tokenizer);
    }

    private int length(String file, String field, JsonNode object) {
        JsonNode length = object.path(field);
        if (length.isMissingNode() || length.isNull()) {
            return Integer.MAX_VALUE;
        }
        if (!length.isNumber() || !(length.doubleValue() >= PairTokenizers.SHORTEST_MAX_LENGTH)) {
            throw invalid(
                    file,
                    field,
                    "must be a number of at least %d, not %s"
                            .formatted(PairTokenizers.SHORTEST_MAX_LENGTH, length));
        }
        return (int) Math.min(length.doubleValue(), Integer.MAX_VALUE);
    }

    /**
     * At which end long texts are cut.
     *
     * @param truncation of {@code tokenizer.json}, which says it where {@code
     *     tokenizer_config.json} does not
     * @throws InvalidCheckpointException if it is neither left nor right
     */
    TruncationSide truncationSide(JsonNode truncation) {
        JsonNode side = tokenizer.path("truncation_side");
        if (side.isMissingNode()) {
            return truncation.path("direction").asText().equals("Left")
                    ? TruncationSide.LEFT
                    : TruncationSide.RIGHT;
        }
        return switch (side.asText()) {
            case "left" -> TruncationSide.LEFT;
            case "right" -> TruncationSide.RIGHT;
            default -> throw invalid(FILE, "truncation_side", "must be left or right, not " + side);
        };
    }

    /**
     * The normalizer that the tokenizer's class makes of {@code do_lower_case}, {@code
     * strip_accents} and {@code tokenize_chinese_chars}, in the place of another such one; empty
     * where the one in {@code tokenizer.json} is used.
     *
     * @param normalizer of {@code tokenizer.json}
     * @throws InvalidCheckpointException if Sentence Transformers would lower the case of text, and
     *     this normalizer does not
     */
    Optional<ObjectNode> normalizer(JsonNode normalizer) {
        Optional<ObjectNode> made =
                isOfClass(BERT_CLASSES) && normalizer.path("type").asText().equals("BertNormalizer")
                        ? Optional.of(bertNormalizer())
                        : Optional.empty();
        if (sentence.path("do_lower_case").asBoolean()
                && !lowers(made.map(JsonNode.class::cast).orElse(normalizer))) {
            throw invalid(
                    SENTENCE_FILE,
                    "do_lower_case",
                    "is true, but tokenizer.json keeps the case; give it a normalizer that does"
                            + " not");
        }
        return made;
    }

    private ObjectNode bertNormalizer() {
        Boolean strip = flag("strip_accents", null);
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", "BertNormalizer")
                .put("clean_text", true)
                .put("handle_chinese_chars", flag("tokenize_chinese_chars", true))
                .put("strip_accents", strip)
                .put("lowercase", flag("do_lower_case", true));
    }

    private @Nullable Boolean flag(String field, @Nullable Boolean absent) {
        JsonNode value = tokenizer.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return absent;
        }
        if (!value.isBoolean()) {
            throw invalid(FILE, field, "must be true or false, not " + value);
        }
        return value.booleanValue();
    }

    private static boolean lowers(JsonNode normalizer) {
        return switch (normalizer.path("type").asText()) {
            case "Lowercase" -> true;
            case "BertNormalizer" -> normalizer.path("lowercase").asBoolean();
            case "Sequence" -> {
                boolean lowers = false;
                for (JsonNode part : normalizer.path("normalizers")) {
                    lowers |= lowers(part);
                }
                yield lowers;
            }
            default -> false;
        };
    }

    /**
     * A refusal of the value of a field of {@code tokenizer_config.json}, for the caller to throw.
     */
    InvalidCheckpointException invalid(String field, String problem) {
        return invalid(FILE, field, problem);
    }

    private InvalidCheckpointException invalid(String file, String field, String problem) {
        return new InvalidCheckpointException(
                "%s: field \"%s\" %s".formatted(nearest(file), field, problem));
    }

    private static JsonNode readIfPresent(Path file) {
        if (!Files.isRegularFile(file)) {
            return JSON.missingNode();
        }
        try {
            JsonNode object = JSON.readTree(file.toFile());
            if (!object.isObject()) {
                throw new InvalidCheckpointException(file + ": not a JSON object");
            }
            return object;
        } catch (IOException e) {
            throw InvalidCheckpointException.unreadable(file, e);
        }
    }
}
