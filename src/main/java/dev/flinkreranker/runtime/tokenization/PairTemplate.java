package dev.flinkreranker.runtime.tokenization;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The special tokens that a cross-encoder wants around a pair: {@code before query between passage
 * after}. BERT has {@code [CLS] q [SEP] p [SEP]}, RoBERTa {@code <s> q </s></s> p </s>}.
 *
 * <p>The arrays are not copied, so not to be written to.
 *
 * @param before ids before the query
 * @param between ids between query and passage
 * @param after ids after the passage
 * @param passageType token type of the passage and of what comes after it; all before it is of type
 *     0
 */
record PairTemplate(long[] before, long[] between, long[] after, int passageType) {

    /** Number of special tokens in a pair: 3 for BERT, 4 for RoBERTa. */
    int specialTokens() {
        return before.length + between.length + after.length;
    }

    /**
     * Reads the {@code post_processor} of a {@code tokenizer.json}; empty where it has no rule for
     * pairs in the order query, passage.
     *
     * @param typed whether the tokenizer makes token types; if not, all are 0, whatever the rule
     * @throws IllegalArgumentException if the rule has a part that is neither a text nor a special
     *     token, or its token types change elsewhere than before the passage
     */
    static Optional<PairTemplate> of(JsonNode postProcessor, boolean typed) {
        return switch (postProcessor.path("type").asText()) {
            case "TemplateProcessing" -> ofTemplate(postProcessor, typed);
            case "BertProcessing" -> ofClassifier(postProcessor, 1, typed ? 1 : 0);
            // In its pairs all is of type 0.
            case "RobertaProcessing" -> ofClassifier(postProcessor, 2, 0);
            case "Sequence" -> {
                for (JsonNode part : postProcessor.path("processors")) {
                    Optional<PairTemplate> template = of(part, typed);
                    if (template.isPresent()) {
                        yield template;
                    }
                }
                yield Optional.empty();
            }
            default -> Optional.empty();
        };
    }

    private static Optional<PairTemplate> ofClassifier(
            JsonNode processor, int separators, int passageType) {
        JsonNode cls = processor.path("cls").path(1);
        JsonNode sep = processor.path("sep").path(1);
        if (!cls.isIntegralNumber() || !sep.isIntegralNumber()) {
            return Optional.empty();
        }
        long[] between = new long[separators];
        Arrays.fill(between, sep.asLong());
        return Optional.of(
                new PairTemplate(
                        new long[] {cls.asLong()},
                        between,
                        new long[] {sep.asLong()},
                        passageType));
    }

    private static Optional<PairTemplate> ofTemplate(JsonNode processor, boolean typed) {
        List<List<Long>> gaps = new ArrayList<>(List.of(new ArrayList<>()));
        for (JsonNode piece : processor.path("pair")) {
            if (piece.has("Sequence")) {
                String expected = gaps.size() == 1 ? "A" : "B";
                if (!piece.path("Sequence").path("id").asText().equals(expected)) {
                    return Optional.empty();
                }
                gaps.add(new ArrayList<>());
            } else if (!piece.has("SpecialToken")) {
                throw new IllegalArgumentException(
                        "post_processor has a part of a pair that is neither a text nor a special"
                                + " token: "
                                + piece);
            } else {
                String name = piece.path("SpecialToken").path("id").asText();
                for (JsonNode id : processor.path("special_tokens").path(name).path("ids")) {
                    gaps.get(gaps.size() - 1).add(id.asLong());
                }
            }
        }
        if (gaps.size() != 3) {
            return Optional.empty();
        }
        int passageType = typed ? passageType(processor.path("pair")) : 0;
        return Optional.of(
                new PairTemplate(
                        ids(gaps.get(0)), ids(gaps.get(1)), ids(gaps.get(2)), passageType));
    }

    /** The type of all that begins with the passage, if all before is of type 0. */
    private static int passageType(JsonNode pieces) {
        int expected = 0;
        for (JsonNode piece : pieces) {
            String kind = piece.has("Sequence") ? "Sequence" : "SpecialToken";
            int type = piece.path(kind).path("type_id").asInt();
            if (piece.path("Sequence").path("id").asText().equals("B")) {
                expected = type;
            }
            if (type != expected || type < 0) {
                throw new IllegalArgumentException(
                        "post_processor gives parts of a pair other token types than 0 up to the"
                                + " passage and one type from there on: "
                                + pieces);
            }
        }
        return expected;
    }

    private static long[] ids(List<Long> boxed) {
        return boxed.stream().mapToLong(Long::longValue).toArray();
    }
}
