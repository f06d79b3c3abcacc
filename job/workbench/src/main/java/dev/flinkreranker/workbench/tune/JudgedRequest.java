package dev.flinkreranker.workbench.tune;

import dev.flinkreranker.operators.request.Candidate;
import dev.flinkreranker.runtime.engine.PassageScore;
import dev.flinkreranker.workbench.evaluation.measure.Measure;
import dev.flinkreranker.workbench.evaluation.measure.RankingJudgment;
import dev.flinkreranker.workbench.evaluation.trec.Qrels;
import dev.flinkreranker.workbench.replay.scoring.ReplayRow;
import java.util.ArrayList;
import java.util.Comparator;
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
record JudgedRequest(
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
     */
    record Depth(List<PassageScore> scores, long[] flops) {}

    /**
     * Takes a row of a replay.
     *
     * @param layers those of its outcomes, in their order
     */
    static JudgedRequest of(ReplayRow row, List<Integer> layers, Qrels qrels) {
        List<Candidate> candidates = new ArrayList<>();
        for (Float score : row.firstStage()) {
            // By its digits, as the request has it: a cast would add some.
            candidates.add(
                    new Candidate(
                            null,
                            "",
                            score == null ? null : Double.valueOf(score.toString()),
                            null));
        }
        Map<Integer, Depth> depths = new TreeMap<>();
        for (int i = 0; i < layers.size(); i++) {
            ReplayRow.Outcome outcome = row.outcomes().get(i);
            depths.put(
                    layers.get(i),
                    new Depth(
                            outcome.scores().stream().map(JudgedRequest::score).toList(),
                            outcome.pairFlops().stream().mapToLong(Long::longValue).toArray()));
        }
        return new JudgedRequest(
                row.request(),
                row.candidates(),
                candidates,
                row.candidates().stream()
                        .mapToInt(
                                id ->
                                        qrels.grade(row.request(), id)
                                                .orElse(RankingJudgment.NOT_JUDGED))
                        .toArray(),
                RankingJudgment.ideal(row.request(), qrels),
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
        return given().boxed()
                .sorted(
                        Comparator.comparing(
                                (Integer i) -> candidates.get(i).firstStageScore(),
                                Comparator.nullsLast(Comparator.reverseOrder())))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** The candidates in the request's order. */
    IntStream given() {
        return IntStream.range(0, candidates.size());
    }

    /** What a measure makes of a ranking. */
    double value(Measure measure, int[] ranking) {
        int[] ranked = IntStream.of(ranking).map(i -> grades[i]).toArray();
        return RankingJudgment.of(ranked, ideal).value(measure);
    }
}
