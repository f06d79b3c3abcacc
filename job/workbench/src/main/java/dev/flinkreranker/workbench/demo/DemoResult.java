package dev.flinkreranker.workbench.demo;

import dev.flinkreranker.operators.result.RankedDocument;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.workbench.evaluation.trec.ScoredPassage;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A result under the score of any layer that was asked for. */
record DemoResult(RankedResult result) {

    String requestId() {
        return result.requestId();
    }

    /** Number of pairs scored. */
    int pairs() {
        return result.usage().pairs();
    }

    /** Whether no passage has a score: the request failed, timed out or was passed through. */
    boolean isUnranked() {
        return result.results().stream().allMatch(passage -> passage.relevanceScore() == null);
    }

    /** The scored passages by the score of a layer, or by relevance where there is but one. */
    List<ScoredPassage> ranking(int layer) {
        return result.results().stream()
                .filter(passage -> passage.relevanceScore() != null)
                .map(passage -> new ScoredPassage(passage.id().asText(), score(passage, layer)))
                .toList();
    }

    /** The scores of a layer in the request's order; null for a passage that has none. */
    List<@Nullable Float> scores(int layer) {
        return result.results().stream()
                .sorted(Comparator.comparingInt(RankedDocument::index))
                .map(passage -> score(passage, layer))
                .toList();
    }

    private static @Nullable Float score(RankedDocument passage, int layer) {
        Map<Integer, Float> byLayer = passage.scores() == null ? Map.of() : passage.scores();
        return byLayer.getOrDefault(layer, passage.relevanceScore());
    }
}
