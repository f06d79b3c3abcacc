package dev.flinkreranker.runtime.tokenization;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import dev.flinkreranker.runtime.tokenization.ScoreTemplate.PairText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The chat templates that a folder declares for pairs, in {@code chat_template.jinja} or {@code
 * tokenizer_config.json}. A model is asked in the words of a {@link PairFormat}; a template that
 * asks in others, or that is not understood, is refused, because scores would be another model's.
 * Templates for talk, which know no {@code document}, are left alone.
 */
public final class DeclaredTemplates {

    private static final String FILE = "chat_template.jinja";
    private static final String FIELD = "chat_template";

    /** Formats that a template can ask in, and whose they are. */
    private static final Map<PairFormat, String> KNOWN =
            Map.of(
                    PairFormat.QWEN3_CHAT, "Qwen3-Reranker's",
                    PairFormat.ZERANK_CHAT, "zerank's",
                    PairFormat.MXBAI_CHAT, "mxbai-rerank-v2's",
                    PairFormat.QUESTION_AND_PASSAGE, "llama-nemotron-rerank's");

    /** Blanks show what a template does with those of a text. */
    private static final String QUERY = " QUERY ";

    private static final String DOCUMENT = "  DOCUMENT\n";

    private DeclaredTemplates() {}

    /**
     * In which words a folder's templates ask about a pair.
     *
     * @param directory that of the tokenizer
     * @param modelDirectory where what is said of the model is that is not beside the tokenizer
     * @param formats those that the model can be asked in; the first is its own, where the folder
     *     declares none
     * @param instruction the one that the folder declares, or null for the model's own
     * @param needed whether the folder must declare one, and any of its templates is for pairs
     * @throws InvalidCheckpointException if a template for pairs asks in other words, or is not
     *     understood
     */
    public static PairFormat format(
            Path directory,
            Path modelDirectory,
            List<PairFormat> formats,
            @Nullable String instruction,
            boolean needed) {
        TokenizerConfig config = TokenizerConfig.read(directory, modelDirectory);
        PairText sample = new PairText(instruction, QUERY, DOCUMENT);
        Set<PairFormat> found = new LinkedHashSet<>();
        read(directory, config)
                .forEach(
                        (where, template) -> {
                            if (needed || ScoreTemplate.holdsPairs(template)) {
                                Map<String, Object> settings = config.templateSettings();
                                found.add(format(where, template, formats, sample, settings));
                            }
                        });
        if (found.size() > 1) {
            throw new InvalidCheckpointException(
                    directory + ": its chat templates ask in different words: " + found);
        }
        if (found.isEmpty() && needed) {
            throw new InvalidCheckpointException(
                    directory + ": declares no chat template for pairs, which its modules need");
        }
        return found.isEmpty() ? formats.get(0) : found.iterator().next();
    }

    private static PairFormat format(
            String where,
            String template,
            List<PairFormat> formats,
            PairText sample,
            Map<String, Object> settings) {
        List<PairFormat> known = formats.stream().filter(KNOWN::containsKey).toList();
        if (known.isEmpty()) {
            throw new InvalidCheckpointException(
                    where + ": is for pairs, but no such template is known for this model");
        }
        String declared;
        try {
            declared = ScoreTemplate.filled(template, sample, settings);
        } catch (IllegalArgumentException e) {
            throw new InvalidCheckpointException(where + ": " + e.getMessage(), e);
        }
        PairFormat nearest =
                Collections.max(
                        known, Comparator.comparingInt(format -> same(declared, format, sample)));
        if (!declared.equals(text(nearest, sample))) {
            throw new InvalidCheckpointException(
                    "%s: asks in other words than %s, from character %d on"
                            .formatted(where, KNOWN.get(nearest), same(declared, nearest, sample)));
        }
        return nearest;
    }

    /** How many characters at the beginning are those of a format; more if it is the whole. */
    private static int same(String declared, PairFormat format, PairText sample) {
        String known = text(format, sample);
        int at = Arrays.mismatch(declared.toCharArray(), known.toCharArray());
        return at < 0 ? Integer.MAX_VALUE : at;
    }

    private static String text(PairFormat format, PairText sample) {
        return format == PairFormat.MXBAI_CHAT
                ? DecoderPairTokenizer.mxbaiText(sample)
                : PairWords.of(format, sample.instruction(), null)
                        .around(sample.query(), sample.document());
    }

    /** Templates by where they are. */
    private static Map<String, String> read(Path directory, TokenizerConfig config) {
        Map<String, String> templates = new LinkedHashMap<>();
        Path file = directory.resolve(FILE);
        if (Files.isRegularFile(file)) {
            try {
                templates.put(file.toString(), Files.readString(file));
            } catch (IOException e) {
                throw new InvalidCheckpointException(file + ": cannot be read as UTF-8", e);
            }
        }
        JsonNode field = config.field(FIELD);
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
