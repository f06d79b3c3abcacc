package dev.flinkreranker.operators.result;

import dev.flinkreranker.operators.request.Candidate;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.tenant.Fusion;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.runtime.engine.PassageScore;
import dev.flinkreranker.runtime.engine.RerankOutcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * Makes results: from scores a ranking, from the lack of scores the order of the request.
 *
 * <p>Documents are ranked by their {@link RankingScores}, descending; ties keep the order of the
 * request. Those without a score (a document that could not be scored, or one beyond {@code
 * max_candidates}) come last, in the order of the request.
 */
@Internal
public final class Ranking {

    private static final Comparator<Ranked> BEST_FIRST =
            Comparator.comparing((Ranked ranked) -> !ranked.hasScore())
                    .thenComparing(Comparator.comparing(Ranked::sortKey).reversed())
                    .thenComparing(ranked -> ranked.document().index());

    private Ranking() {}

    /**
     * @param sortKey the ranking score before any normalization, which may round two to one
     */
    private record Ranked(RankedDocument document, float sortKey) {

        boolean hasScore() {
            return document.relevanceScore() != null;
        }

        /** A fused score is relative to its request, so a limit is held against the model's. */
        boolean passes(@Nullable Double minScore) {
            Float score =
                    document.modelScore() == null
                            ? document.relevanceScore()
                            : document.modelScore();
            return minScore == null || score != null && score >= minScore;
        }
    }

    /**
     * The ranking of a scored request.
     *
     * @param outcome one score for each of the documents that are scored
     */
    public static RankedResult ranked(
            RerankRequest request, ResultOrigin origin, RerankOutcome.Scored outcome) {
        List<@Nullable Float> rankingScores =
                RankingScores.of(request, origin.settings(), outcome.scores());
        RerankSettings settings = origin.settings();
        boolean normalized = normalizes(settings, outcome);
        List<PassageScore> scores = outcome.scores();
        List<Ranked> ranked = new ArrayList<>(request.candidates().size());
        int unscored = 0;
        for (int i = 0; i < request.candidates().size(); i++) {
            Candidate candidate = request.candidates().get(i);
            Ranked document =
                    i < scores.size()
                            ? document(
                                    candidate,
                                    i,
                                    settings,
                                    normalized,
                                    scores.get(i),
                                    rankingScores.get(i))
                            : document(candidate, i, settings, normalized, null, null);
            unscored += document.hasScore() ? 0 : 1;
            ranked.add(document);
        }
        ranked.sort(BEST_FIRST);
        List<RankedDocument> results =
                ranked.stream()
                        .filter(document -> document.passes(settings.minScore()))
                        .map(Ranked::document)
                        .limit(limit(settings))
                        .toList();
        return result(
                request,
                settings,
                ResultStatus.RANKED,
                results,
                ResultUsage.of(outcome.usage()),
                ResultMeta.of(origin, normalized, request.candidates().size(), unscored, null));
    }

    private static boolean normalizes(RerankSettings settings, RerankOutcome.Scored outcome) {
        return settings.normalizeAsDeclared()
                ? outcome.declared().isSigmoid()
                : settings.normalize();
    }

    /**
     * The result of a request that was not scored.
     *
     * @param status why it was not
     * @param message one line for a person
     */
    public static RankedResult unranked(
            RerankRequest request,
            ResultOrigin origin,
            ResultStatus status,
            @Nullable String message) {
        RerankSettings settings = origin.settings();
        List<Candidate> candidates = request.candidates();
        List<RankedDocument> results = new ArrayList<>();
        for (int i = 0; i < Math.min(candidates.size(), limit(settings)); i++) {
            results.add(document(candidates.get(i), i, settings, false, null, null).document());
        }
        return result(
                request,
                settings,
                status,
                results,
                ResultUsage.nothing(),
                ResultMeta.of(
                        origin,
                        settings.normalize(),
                        candidates.size(),
                        candidates.size(),
                        message));
    }

    private static RankedResult result(
            RerankRequest request,
            RerankSettings settings,
            ResultStatus status,
            List<RankedDocument> results,
            ResultUsage usage,
            ResultMeta meta) {
        return new RankedResult(
                request.requestId(),
                request.tenant(),
                status,
                settings.model(),
                settings.returnQuery() ? request.query() : null,
                results,
                usage,
                meta);
    }

    private static long limit(RerankSettings settings) {
        return settings.topN() == null ? Long.MAX_VALUE : settings.topN();
    }

    private static Ranked document(
            Candidate candidate,
            int index,
            RerankSettings settings,
            boolean normalized,
            @Nullable PassageScore score,
            @Nullable Float rankingScore) {
        Float model = null;
        Map<Integer, Float> byLayer = null;
        String error = null;
        if (score instanceof PassageScore.Logits logits) {
            if (rankingScore != null) {
                model = score(logits.deepest(), normalized);
                byLayer = byLayer(logits.logits(), settings, normalized);
            } else {
                error = "the model's score is not finite";
            }
        } else if (score instanceof PassageScore.Unscorable unscorable) {
            error = unscorable.reason();
        }
        boolean fused = settings.fusion() != Fusion.NONE;
        return new Ranked(
                new RankedDocument(
                        index,
                        candidate.id(),
                        fused ? rankingScore : model,
                        fused ? model : null,
                        fused ? candidate.firstStageScore() : null,
                        byLayer,
                        settings.returnDocuments() ? candidate.source() : null,
                        error),
                rankingScore == null ? 0 : rankingScore);
    }

    private static @Nullable Map<Integer, Float> byLayer(
            List<Float> logits, RerankSettings settings, boolean normalized) {
        List<Integer> layers = settings.cutoffLayers();
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
