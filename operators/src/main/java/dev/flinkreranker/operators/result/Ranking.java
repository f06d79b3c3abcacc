package dev.flinkreranker.operators.result;

import dev.flinkreranker.operators.request.Candidate;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.runtime.engine.PassageScore;
import dev.flinkreranker.runtime.engine.RerankOutcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes results: from scores a ranking, from the lack of scores the order of the request.
 *
 * <p>Documents are ranked by the deepest layer's logit, descending; ties keep the order of the
 * request. Those without a score (a document that could not be scored, or one beyond {@code
 * max_candidates}) come last, in the order of the request.
 */
public final class Ranking {

    private static final Comparator<Ranked> BEST_FIRST =
            Comparator.comparing((Ranked ranked) -> !ranked.hasScore())
                    .thenComparing(Comparator.comparing(Ranked::sortKey).reversed())
                    .thenComparing(ranked -> ranked.document().index());

    private Ranking() {}

    /**
     * @param sortKey the deepest logit before any normalization, which may round two to one
     */
    private record Ranked(RankedDocument document, float sortKey) {

        boolean hasScore() {
            return document.relevanceScore() != null;
        }
    }

    /** The number of documents that are scored, from the front. */
    public static int scoredCandidates(RerankRequest request, RerankSettings settings) {
        int all = request.candidates().size();
        return settings.maxCandidates() == null ? all : Math.min(all, settings.maxCandidates());
    }

    /**
     * The ranking of a scored request.
     *
     * @param configVersion version of the tenant's config
     * @param outcome one score for each of the first {@link #scoredCandidates}
     */
    public static RankedResult ranked(
            RerankRequest request,
            RerankSettings settings,
            long configVersion,
            RerankOutcome.Scored outcome) {
        List<Ranked> ranked = new ArrayList<>(request.candidates().size());
        int unscored = 0;
        for (int i = 0; i < request.candidates().size(); i++) {
            PassageScore score = i < outcome.scores().size() ? outcome.scores().get(i) : null;
            Ranked document = document(request.candidates().get(i), i, settings, score);
            unscored += document.hasScore() ? 0 : 1;
            ranked.add(document);
        }
        ranked.sort(BEST_FIRST);
        List<RankedDocument> results =
                ranked.stream()
                        .map(Ranked::document)
                        .filter(document -> passes(document, settings.minScore()))
                        .limit(limit(settings))
                        .toList();
        return new RankedResult(
                request.requestId(),
                request.tenant(),
                ResultStatus.RANKED,
                settings.model(),
                settings.returnQuery() ? request.query() : null,
                results,
                ResultUsage.of(outcome.usage()),
                ResultMeta.of(
                        configVersion, settings, request.candidates().size(), unscored, null));
    }

    /**
     * The result of a request that was not scored.
     *
     * @param configVersion version of the tenant's config
     * @param status why it was not
     * @param message one line for a person; may be null
     */
    public static RankedResult unranked(
            RerankRequest request,
            RerankSettings settings,
            long configVersion,
            ResultStatus status,
            String message) {
        List<Candidate> candidates = request.candidates();
        List<RankedDocument> results = new ArrayList<>();
        for (int i = 0; i < Math.min(candidates.size(), limit(settings)); i++) {
            results.add(document(candidates.get(i), i, settings, null).document());
        }
        return new RankedResult(
                request.requestId(),
                request.tenant(),
                status,
                settings.model(),
                settings.returnQuery() ? request.query() : null,
                results,
                ResultUsage.nothing(),
                ResultMeta.of(
                        configVersion, settings, candidates.size(), candidates.size(), message));
    }

    private static long limit(RerankSettings settings) {
        return settings.topN() == null ? Long.MAX_VALUE : settings.topN();
    }

    private static boolean passes(RankedDocument document, Double minScore) {
        return minScore == null
                || (document.relevanceScore() != null && document.relevanceScore() >= minScore);
    }

    private static Ranked document(
            Candidate candidate, int index, RerankSettings settings, PassageScore score) {
        Float relevance = null;
        Map<Integer, Float> byLayer = null;
        String error = null;
        float sortKey = 0;
        if (score instanceof PassageScore.Logits logits) {
            if (logits.logits().stream().allMatch(logit -> Float.isFinite(logit))) {
                sortKey = logits.deepest() + 0.0f;
                relevance = score(logits.deepest(), settings);
                byLayer = byLayer(logits.logits(), settings);
            } else {
                error = "the model's score is not finite";
            }
        } else if (score instanceof PassageScore.Unscorable unscorable) {
            error = unscorable.reason();
        }
        return new Ranked(
                new RankedDocument(
                        index,
                        candidate.id(),
                        relevance,
                        byLayer,
                        settings.returnDocuments() ? candidate.source() : null,
                        error),
                sortKey);
    }

    private static Map<Integer, Float> byLayer(List<Float> logits, RerankSettings settings) {
        List<Integer> layers = settings.cutoffLayers();
        if (layers.size() < 2) {
            return null;
        }
        Map<Integer, Float> scores = new LinkedHashMap<>();
        for (int i = 0; i < layers.size(); i++) {
            scores.put(layers.get(i), score(logits.get(i), settings));
        }
        return scores;
    }

    private static float score(float logit, RerankSettings settings) {
        // Adding zero turns -0.0 into 0.0, which compares and prints as the equal number it is.
        return settings.normalize() ? (float) (1 / (1 + Math.exp(-logit))) : logit + 0.0f;
    }
}
