package dev.flinkreranker.operators.result;

import dev.flinkreranker.operators.request.Candidate;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.tenant.FirstStage;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.Stage;
import dev.flinkreranker.runtime.engine.RerankOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * One request's way through its stages: which documents the next stage scores, given what the one
 * before has made of all of its own. A function of request, settings and scores alone, whoever
 * scores, and in whatever batches. For one thread at a time.
 */
@Internal
public final class Cascade {

    private final RerankRequest request;
    private final List<Stage> stages;
    private final List<StageScores> scored = new ArrayList<>();
    private List<Integer> documents;
    private @Nullable RerankOutcome unfinished;

    /**
     * @param settings of the request; not such as pass it through
     */
    public Cascade(RerankRequest request, RerankSettings settings) {
        this.request = request;
        this.stages = settings.cascade();
        this.documents = candidates(request, settings);
    }

    /** Whether nothing is left to score. */
    public boolean hasEnded() {
        return unfinished != null || scored.size() == stages.size() || documents.isEmpty();
    }

    /** The settings of the stage that is next. */
    public RerankSettings settings() {
        return stages.get(scored.size()).settings();
    }

    /** Those of the stage before it, if its model is the same and sees the same tokens. */
    public @Nullable RerankSettings earlierOfSameTokens() {
        return ofSameTokens(scored.size() - 1);
    }

    /** Those of the stage after it, if its model is the same and sees the same tokens. */
    public @Nullable RerankSettings laterOfSameTokens() {
        return ofSameTokens(scored.size() + 1);
    }

    private @Nullable RerankSettings ofSameTokens(int stage) {
        if (stage < 0 || stage >= stages.size()) {
            return null;
        }
        RerankSettings other = stages.get(stage).settings();
        return other.sharesTokens(settings()) ? other : null;
    }

    /** The documents that it scores, as places in the request from 0, ascending. */
    public List<Integer> documents() {
        return documents;
    }

    /** The next stage has its outcome: one score for each of its documents, or none at all. */
    public void advance(RerankOutcome outcome) {
        if (outcome instanceof RerankOutcome.Scored scores) {
            StageScores stage = new StageScores(documents, scores);
            if (stage.hasScore()) {
                documents = survivors(stages.get(scored.size()), stage);
                scored.add(stage);
                return;
            }
        }
        unfinished = outcome;
    }

    /** What has become of the request so far. */
    public CascadeOutcome outcome() {
        return new CascadeOutcome(scored, unfinished);
    }

    private static List<Integer> candidates(RerankRequest request, RerankSettings settings) {
        int documents = request.candidates().size();
        int scored = settings.scoredOf(documents);
        if (!settings.choosesByFirstStage()) {
            return IntStream.range(0, scored).boxed().toList();
        }
        List<Candidate> eligible = request.candidates().subList(0, settings.eligibleOf(documents));
        return FirstStage.bestFirst(eligible).stream().limit(scored).sorted().toList();
    }

    /** Those of a stage's documents that go on, ascending. */
    private List<Integer> survivors(Stage stage, StageScores scores) {
        Stage.Cut cut = stage.cut();
        if (cut == null) {
            return List.of();
        }
        List<ScoredDocument> ranked =
                ScoredDocument.ranked(request, stage.settings(), scores).stream()
                        .filter(ScoredDocument::hasScore)
                        .filter(document -> document.reaches(cut.minScore()))
                        .toList();
        return IntStream.range(0, kept(ranked, cut))
                .map(i -> ranked.get(i).index())
                .sorted()
                .boxed()
                .toList();
    }

    private static int kept(List<ScoredDocument> ranked, Stage.Cut cut) {
        if (cut.keep() == null || cut.keep() >= ranked.size()) {
            return ranked.size();
        }
        int kept = cut.keep();
        if (cut.margin() != null) {
            double least = ranked.get(kept - 1).relevanceScore() - cut.margin();
            while (kept < ranked.size() && ranked.get(kept).relevanceScore() >= least) {
                kept++;
            }
        }
        return kept;
    }
}
