package dev.flinkreranker.runtime.tokenization;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import dev.flinkreranker.runtime.tokenization.ScoreTemplate.PairText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The chat templates that a folder declares for pairs, in {@code chat_template.jinja} or {@code
 * tokenizer_config.json}. A model is asked in the words of its {@link PairFormat}; a template that
 * asks in others, or that is not understood, is refused, because scores would be another model's.
 * Templates for talk, which know no {@code document}, are left alone.
 */
public final class DeclaredTemplates {

    private static final String FILE = "chat_template.jinja";
    private static final String FIELD = "chat_template";

    private DeclaredTemplates() {}

    /**
     * Refuses other words than the model's own.
     *
     * @param instruction the one that the folder declares, or null for the model's own
     * @throws InvalidCheckpointException if a template for pairs has some, or is not understood
     */
    public static void check(Path directory, PairFormat format, @Nullable String instruction) {
        read(directory)
                .forEach(
                        (where, template) -> {
                            if (ScoreTemplate.holdsPairs(template)) {
                                check(where, template, format, instruction);
                            }
                        });
    }

    private static void check(
            String where, String template, PairFormat format, @Nullable String instruction) {
        if (format != PairFormat.QWEN3_CHAT) {
            throw new InvalidCheckpointException(
                    where + ": is for pairs, but no such template is known for this model");
        }
        PairText sample = new PairText(instruction, "QUERY", "DOCUMENT");
        String declared;
        try {
            declared = ScoreTemplate.filled(template, sample);
        } catch (IllegalArgumentException e) {
            throw new InvalidCheckpointException(where + ": " + e.getMessage(), e);
        }
        String known = OneTextPairTokenizer.qwen3Text(sample);
        if (!declared.equals(known)) {
            int same = 0;
            while (same < Math.min(known.length(), declared.length())
                    && known.charAt(same) == declared.charAt(same)) {
                same++;
            }
            throw new InvalidCheckpointException(
                    "%s: asks in other words than Qwen3-Reranker's, from character %d on"
                            .formatted(where, same));
        }
    }

    /** Templates by where they are. */
    private static Map<String, String> read(Path directory) {
        Map<String, String> templates = new LinkedHashMap<>();
        Path file = directory.resolve(FILE);
        if (Files.isRegularFile(file)) {
            try {
                templates.put(file.toString(), Files.readString(file));
            } catch (IOException e) {
                throw new InvalidCheckpointException(file + ": cannot be read as UTF-8", e);
            }
        }
        JsonNode field = TokenizerConfig.read(directory).field(FIELD);
        String where = directory.resolve("tokenizer_config.json") + ": " + FIELD;
        if (field.isTextual()) {
            templates.put(where, field.textValue());
        }
        if (field.isArray()) {
            field.forEach(
                    named ->
                            templates.put(
                                    "%s \"%s\"".formatted(where, named.path("name").asText()),
                                    named.path("template").asText()));
        }
        return templates;
    }
}
