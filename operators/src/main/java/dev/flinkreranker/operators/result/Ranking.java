package dev.flinkreranker.operators.result;

import dev.flinkreranker.operators.request.Candidate;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.tenant.Calibration;
import dev.flinkreranker.operators.tenant.Fusion;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.Stage;
import java.util.ArrayList;
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
 *
 * <p>A calibration adds probabilities to the order that is there.
 *
 * <p>In a cascade those that reached the last stage come first. Behind them come those that a stage
 * has cut, the later stage first, each in the order and with the score of the stage that cut it:
 * the scales of two stages are never mixed in one order.
 */
@Internal
public final class Ranking {

    private Ranking() {}

    /**
     * The ranking of a scored request, or of the stages of its cascade that have scored.
     *
     * @param outcome of at least one stage
     * @param message one line for a person, why no further stage has; null where all have
     */
    public static RankedResult ranked(
            RerankRequest request,
            ResultOrigin origin,
            CascadeOutcome outcome,
            @Nullable String message) {
        RerankSettings settings = origin.settings();
        List<Stage> cascade = settings.cascade();
        List<Placed> order = placed(request, cascade, outcome);
        int done = outcome.stages().size();
        Calibration calibration =
                message == null && done == cascade.size() ? settings.calibration() : null;
        // It is held against the last stage's scores, so before these it says nothing.
        Double limit = message == null ? settings.minScore() : null;
        List<RankedDocument> ranked =
                order.stream()
                        .filter(placed -> limit == null || placed.reaches(limit, cascade.size()))
                        .limit(topN(settings))
                        .map(placed -> document(request, placed, cascade, settings, calibration))
                        .toList();
        RerankSettings last = cascade.get(done - 1).settings();
        return result(
                request,
                settings,
                message == null ? ResultStatus.RANKED : ResultStatus.PARTIAL,
                last.model(),
                nothingRelevant(order, done, calibration),
                ranked,
                ResultUsage.of(settings, outcome.stages()),
                ResultMeta.of(
                        origin,
                        last,
                        outcome.stages().get(done - 1),
                        calibration,
                        request.candidates().size(),
                        (int) order.stream().filter(placed -> !placed.hasScore()).count(),
                        message));
    }

    /**
     * All documents of a request, best first, as places in it from 0: the order of {@link #ranked}
     * before anything is left out.
     */
    public static List<Integer> order(
            RerankRequest request, RerankSettings settings, CascadeOutcome outcome) {
        return placed(request, settings.cascade(), outcome).stream().map(Placed::index).toList();
    }

    /**
     * A document, and what is said of it.
     *
     * @param scored null where no stage has scored it
     * @param stage number, from 1, of the stage that says so; 0 where none does
     */
    private record Placed(int index, @Nullable ScoredDocument scored, int stage) {

        boolean hasScore() {
            return scored != null && scored.hasScore();
        }

        boolean reaches(double minScore, int lastStage) {
            return stage == lastStage && scored.reaches(minScore);
        }

        /** Whether a stage could not score it, so that nobody knows what it is worth. */
        boolean failed() {
            return scored != null && !scored.hasScore();
        }

        /** Scores of other stages are on other scales. */
        @Nullable Float probability(Calibration calibration, int lastStage) {
            return stage == lastStage && scored.hasScore()
                    ? (Float) calibration.probability(scored.logit())
                    : null;
        }
    }

    private static List<Placed> placed(
            RerankRequest request, List<Stage> cascade, CascadeOutcome outcome) {
        Map<Integer, Placed> placed = new LinkedHashMap<>();
        for (int i = outcome.stages().size(); i > 0; i--) {
            int stage = i;
            RerankSettings settings = cascade.get(i - 1).settings();
            ScoredDocument.ranked(request, settings, outcome.stages().get(i - 1))
                    .forEach(d -> placed.putIfAbsent(d.index(), new Placed(d.index(), d, stage)));
        }
        for (int i = 0; i < request.candidates().size(); i++) {
            placed.putIfAbsent(i, new Placed(i, null, 0));
        }
        return List.copyOf(placed.values());
    }

    private static @Nullable Boolean nothingRelevant(
            List<Placed> order, int lastStage, @Nullable Calibration calibration) {
        if (calibration == null || calibration.nothingRelevantBelow() == null) {
            return null;
        }
        for (Placed placed : order) {
            Float probability = placed.probability(calibration, lastStage);
            if (placed.failed()
                    || probability != null && probability >= calibration.nothingRelevantBelow()) {
                return false;
            }
        }
        return true;
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
        for (int i = 0; i < Math.min(candidates.size(), topN(settings)); i++) {
            results.add(unscored(request, i, settings));
        }
        return result(
                request,
                settings,
                status,
                settings.model(),
                null,
                results,
                ResultUsage.nothing(),
                ResultMeta.of(
                        origin,
                        settings,
                        null,
                        null,
                        candidates.size(),
                        candidates.size(),
                        message));
    }

    private static RankedResult result(
            RerankRequest request,
            RerankSettings settings,
            ResultStatus status,
            String model,
            @Nullable Boolean nothingRelevant,
            List<RankedDocument> results,
            ResultUsage usage,
            ResultMeta meta) {
        return new RankedResult(
                request.requestId(),
                request.tenant(),
                status,
                model,
                settings.returnQuery() ? request.query() : null,
                nothingRelevant,
                results,
                usage,
                meta);
    }

    private static long topN(RerankSettings settings) {
        return settings.topN() == null ? Long.MAX_VALUE : settings.topN();
    }

    private static RankedDocument document(
            RerankRequest request,
            Placed placed,
            List<Stage> cascade,
            RerankSettings settings,
            @Nullable Calibration calibration) {
        ScoredDocument scored = placed.scored();
        if (scored == null) {
            return unscored(request, placed.index(), settings);
        }
        Candidate candidate = request.candidates().get(placed.index());
        Fusion fusion = cascade.get(placed.stage() - 1).settings().fusion();
        return new RankedDocument(
                placed.index(),
                candidate.id(),
                scored.relevanceScore(),
                calibration == null ? null : placed.probability(calibration, cascade.size()),
                fusion == Fusion.NONE ? null : scored.modelScore(),
                fusion == Fusion.NONE ? null : candidate.firstStageScore(),
                scored.scores(),
                settings.returnDocuments() ? candidate.source() : null,
                scored.error(),
                settings.stages() == null ? null : placed.stage());
    }

    private static RankedDocument unscored(
            RerankRequest request, int index, RerankSettings settings) {
        Candidate candidate = request.candidates().get(index);
        return new RankedDocument(
                index,
                candidate.id(),
                null,
                null,
                null,
                settings.fusion() == Fusion.NONE ? null : candidate.firstStageScore(),
                null,
                settings.returnDocuments() ? candidate.source() : null,
                null,
                null);
    }
}
