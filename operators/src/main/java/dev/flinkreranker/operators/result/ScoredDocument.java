package dev.flinkreranker.operators.result;

import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.tenant.Fusion;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.runtime.engine.PassageScore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a stage says of one document.
 *
 * @param index its place in the request, from 0
 * @param relevanceScore what the stage ranks it by, as the result tells it; null when it has none
 * @param modelScore the deepest layer's score, as the result tells it; null when it has none
 * @param logit of the deepest layer, finite; null when it has no score
 * @param scores by cutoff layer, ascending; null where the stage has one
 * @param error why it has no score; null when it has one
 * @param sortKey the ranking score before any normalization, which may round two to one
 */
record ScoredDocument(
        int index,
        @Nullable Float relevanceScore,
        @Nullable Float modelScore,
        @Nullable Float logit,
        @Nullable Map<Integer, Float> scores,
        @Nullable String error,
        float sortKey) {

    /** Those without a score come last; ties keep the order of the request. */
    static final Comparator<ScoredDocument> BEST_FIRST =
            Comparator.comparing((ScoredDocument document) -> !document.hasScore())
                    .thenComparing(Comparator.comparing(ScoredDocument::sortKey).reversed())
                    .thenComparing(ScoredDocument::index);

    /**
     * All documents of a stage, best first.
     *
     * @param settings those of the stage, complete
     */
    static List<ScoredDocument> ranked(
            RerankRequest request, RerankSettings settings, StageScores stage) {
        List<PassageScore> scores = stage.scored().scores();
        List<@Nullable Float> ranking = stage.ranking(request, settings);
        boolean normalized = stage.normalized(settings);
        List<ScoredDocument> documents = new ArrayList<>(scores.size());
        for (int i = 0; i < scores.size(); i++) {
            documents.add(
                    of(
                            settings,
                            stage.documents().get(i),
                            scores.get(i),
                            ranking.get(i),
                            normalized));
        }
        documents.sort(BEST_FIRST);
        return documents;
    }

    boolean hasScore() {
        return relevanceScore != null;
    }

    /** A fused score is relative to its request, so a limit is held against the model's. */
    boolean reaches(@Nullable Double minScore) {
        return minScore == null || hasScore() && modelScore >= minScore;
    }

    private static ScoredDocument of(
            RerankSettings settings,
            int index,
            PassageScore score,
            @Nullable Float rankingScore,
            boolean normalized) {
        Float model = null;
        Float logit = null;
        Map<Integer, Float> byLayer = null;
        String error = null;
        if (score instanceof PassageScore.Unscorable unscorable) {
            error = unscorable.reason();
        } else if (score instanceof PassageScore.Logits logits) {
            if (rankingScore == null) {
                error = "the model's score is not finite";
            } else {
                logit = logits.deepest();
                model = score(logit, normalized);
                byLayer = byLayer(logits.logits(), settings.cutoffLayers(), normalized);
            }
        }
        boolean fused = settings.fusion() != Fusion.NONE;
        return new ScoredDocument(
                index,
                fused ? rankingScore : model,
                model,
                logit,
                byLayer,
                error,
                rankingScore == null ? 0 : rankingScore);
    }

    private static @Nullable Map<Integer, Float> byLayer(
            List<Float> logits, List<Integer> layers, boolean normalized) {
        if (layers.size() < 2) {
            return null;
        }
        Map<Integer, Float> scores = new LinkedHashMap<>();
        for (int i = 0; i < layers.size(); i++) {
            scores.put(layers.get(i), score(logits.get(i), normalized));
        }
        return scores;
    }

    private static float score(float logit, boolean normalized) {
        return normalized
                ? (float) (1 / (1 + Math.exp(-logit)))
                : RankingScores.unsignedZero(logit);
    }
}
