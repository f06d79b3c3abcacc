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
 */
record PairTemplate(long[] before, long[] between, long[] after) {

    /** Number of special tokens in a pair: 3 for BERT, 4 for RoBERTa. */
    int specialTokens() {
        return before.length + between.length + after.length;
    }

    /**
     * Reads the {@code post_processor} of a {@code tokenizer.json}; empty where it has no rule for
     * pairs in the order query, passage.
     */
    static Optional<PairTemplate> of(JsonNode postProcessor) {
        return switch (postProcessor.path("type").asText()) {
            case "TemplateProcessing" -> ofTemplate(postProcessor);
            case "BertProcessing" -> ofClassifier(postProcessor, 1);
            case "RobertaProcessing" -> ofClassifier(postProcessor, 2);
            case "Sequence" -> {
                for (JsonNode part : postProcessor.path("processors")) {
                    Optional<PairTemplate> template = of(part);
                    if (template.isPresent()) {
                        yield template;
                    }
                }
                yield Optional.empty();
            }
            default -> Optional.empty();
        };
    }

    private static Optional<PairTemplate> ofClassifier(JsonNode processor, int separators) {
        JsonNode cls = processor.path("cls").path(1);
        JsonNode sep = processor.path("sep").path(1);
        if (!cls.isIntegralNumber() || !sep.isIntegralNumber()) {
            return Optional.empty();
        }
        long[] between = new long[separators];
        Arrays.fill(between, sep.asLong());
        return Optional.of(
                new PairTemplate(new long[] {cls.asLong()}, between, new long[] {sep.asLong()}));
    }

    private static Optional<PairTemplate> ofTemplate(JsonNode processor) {
        List<List<Long>> gaps = new ArrayList<>(List.of(new ArrayList<>()));
        for (JsonNode piece : processor.path("pair")) {
            if (piece.has("Sequence")) {
                String expected = gaps.size() == 1 ? "A" : "B";
                if (!piece.path("Sequence").path("id").asText().equals(expected)) {
                    return Optional.empty();
                }
                gaps.add(new ArrayList<>());
            } else {
                String name = piece.path("SpecialToken").path("id").asText();
                for (JsonNode id : processor.path("special_tokens").path(name).path("ids")) {
                    gaps.get(gaps.size() - 1).add(id.asLong());
                }
            }
        }
        return gaps.size() == 3
                ? Optional.of(
                        new PairTemplate(ids(gaps.get(0)), ids(gaps.get(1)), ids(gaps.get(2))))
                : Optional.empty();
    }

    private static long[] ids(List<Long> boxed) {
        return boxed.stream().mapToLong(Long::longValue).toArray();
    }
}
