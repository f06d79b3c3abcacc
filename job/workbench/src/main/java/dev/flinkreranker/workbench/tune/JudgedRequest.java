package dev.flinkreranker.workbench.tune;

import dev.flinkreranker.operators.request.Candidate;
import dev.flinkreranker.operators.tenant.FirstStage;
import dev.flinkreranker.runtime.engine.PassageScore;
import dev.flinkreranker.workbench.evaluation.measure.Measure;
import dev.flinkreranker.workbench.evaluation.measure.RankingJudgment;
import dev.flinkreranker.workbench.evaluation.trec.Qrels;
import dev.flinkreranker.workbench.evaluation.trec.ScoredPassage;
import dev.flinkreranker.workbench.replay.scoring.ReplayRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A request with its judgments, scored at every depth.
 *
 * @param id of the request
 * @param ids of its candidates, in the request's order
 * @param candidates with the first stage's score alone
 * @param grades by candidate; {@link RankingJudgment#NOT_JUDGED} where there is none
 * @param ideal the query's positive grades, highest first
 * @param depths by layer
 */
public record JudgedRequest(
        String id,
        List<String> ids,
        List<Candidate> candidates,
        int[] grades,
        int[] ideal,
        Map<Integer, Depth> depths) {

    /**
     * The candidates at one depth.
     *
     * @param scores the model's, by candidate
     * @param flops operations of each pair alone
     * @param shared those of them before the deepest layer
     */
    public record Depth(List<PassageScore> scores, long[] flops, long[] shared) {

        /**
         * Takes scores as results have them.
         *
         * @param scores null for a candidate that could not be scored
         */
        public static Depth of(List<@Nullable Float> scores, long[] flops, long[] shared) {
            return new Depth(scores.stream().map(JudgedRequest::score).toList(), flops, shared);
        }
    }

    /**
     * Takes a row of a replay.
     *
     * @param layers those of its outcomes, in their order
     */
    static JudgedRequest of(ReplayRow row, List<Integer> layers, Qrels qrels) {
        Map<Integer, Depth> depths = new TreeMap<>();
        for (int i = 0; i < layers.size(); i++) {
            ReplayRow.Outcome outcome = row.outcomes().get(i);
            depths.put(
                    layers.get(i),
                    Depth.of(
                            outcome.scores(),
                            outcome.pairFlops().stream().mapToLong(Long::longValue).toArray(),
                            outcome.sharedFlops().stream().mapToLong(Long::longValue).toArray()));
        }
        return of(row.request(), row.candidates(), row.firstStage(), depths, qrels);
    }

    /**
     * Looks up the judgments.
     *
     * @param id of the request, as the judgments have it
     * @param ids of its candidates, in the request's order
     * @param firstStage the first stage's score of each; null where there is none
     * @param depths by layer
     */
    public static JudgedRequest of(
            String id,
            List<String> ids,
            List<@Nullable Float> firstStage,
            Map<Integer, Depth> depths,
            Qrels qrels) {
        List<Candidate> candidates = new ArrayList<>();
        for (Float score : firstStage) {
            // By its digits, as the request has it: a cast would add some.
            candidates.add(
                    new Candidate(
                            null,
                            "",
                            score == null ? null : Double.valueOf(score.toString()),
                            null));
        }
        return new JudgedRequest(
                id,
                ids,
                candidates,
                ids.stream()
                        .mapToInt(
                                candidate ->
                                        qrels.grade(id, candidate)
                                                .orElse(RankingJudgment.NOT_JUDGED))
                        .toArray(),
                RankingJudgment.ideal(id, qrels),
                depths);
    }

    private static PassageScore score(@Nullable Float score) {
        return score == null
                ? new PassageScore.Unscorable("no score")
                : new PassageScore.Logits(List.of(score));
    }

    /** Whether the first stage scored all of its candidates. */
    boolean hasFirstStage() {
        return candidates.stream().map(Candidate::firstStageScore).allMatch(Objects::nonNull);
    }

    /**
     * The candidates by the first stage's scores, high first; equal ones in the request's order.
     */
    int[] byFirstStage() {
        return FirstStage.bestFirst(candidates).stream().mapToInt(Integer::intValue).toArray();
    }

    /** The candidates in the request's order. */
    IntStream given() {
        return IntStream.range(0, candidates.size());
    }

    /** A ranking for a run, with whole numbers for scores, so that nothing ties. */
    public List<ScoredPassage> passages(int[] order) {
        List<ScoredPassage> passages = new ArrayList<>(order.length);
        for (int rank = 0; rank < order.length; rank++) {
            passages.add(new ScoredPassage(ids.get(order[rank]), order.length - rank));
        }
        return passages;
    }

    /** What a measure makes of a ranking. */
    double value(Measure measure, int[] ranking) {
        int[] ranked = IntStream.of(ranking).map(i -> grades[i]).toArray();
        return RankingJudgment.of(ranked, ideal).value(measure);
    }
}
