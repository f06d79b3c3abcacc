package dev.flinkreranker.workbench.replay.outcome;

import dev.flinkreranker.workbench.evaluation.trec.ScoredPassage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The candidates of a request in the order of one configuration: by score, equal ones in the order
 * of the first stage; those without a score follow, in the order of the first stage.
 *
 * @param indexes of the candidates, best first
 * @param scores by candidate index; null or missing at the end where there is none
 * @param ids by candidate index
 */
record CandidateOrder(List<Integer> indexes, List<@Nullable Float> scores, List<String> ids) {

    static CandidateOrder byScore(List<String> ids, List<@Nullable Float> scores) {
        List<Integer> scored = new ArrayList<>();
        List<Integer> others = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            (i < scores.size() && scores.get(i) != null ? scored : others).add(i);
        }
        // A stable sort: the first stage decides between equal scores.
        scored.sort(Comparator.comparing(scores::get, Comparator.reverseOrder()));
        scored.addAll(others);
        return new CandidateOrder(List.copyOf(scored), scores, ids);
    }

    /** A cascade's: no scores, since those of two stages are on two scales. */
    static CandidateOrder of(List<String> ids, List<Integer> indexes) {
        return new CandidateOrder(List.copyOf(indexes), List.of(), ids);
    }

    /** The order of the input; its scores are told where every candidate has one and they fit. */
    static CandidateOrder firstStage(List<String> ids, List<@Nullable Float> scores) {
        List<Integer> order = new ArrayList<>();
        boolean fits = true;
        for (int i = 0; i < ids.size(); i++) {
            order.add(i);
            fits &= scores.get(i) != null;
            fits &= i == 0 || !fits || scores.get(i) <= scores.get(i - 1);
        }
        return new CandidateOrder(List.copyOf(order), fits ? scores : List.of(), ids);
    }

    @Nullable Float score(int index) {
        return index < scores.size() ? scores.get(index) : null;
    }

    /**
     * As a run file has it, where only scores tell the order: a candidate without a score gets one
     * that is not above the last one's. Where no candidate has one, it is minus the rank.
     */
    List<ScoredPassage> passages() {
        List<ScoredPassage> passages = new ArrayList<>(indexes.size());
        boolean any = !indexes.isEmpty() && score(indexes.get(0)) != null;
        float last = 0;
        for (int rank = 0; rank < indexes.size(); rank++) {
            Float score = score(indexes.get(rank));
            last = score != null ? score : any ? last : -rank - 1;
            passages.add(new ScoredPassage(ids.get(indexes.get(rank)), last));
        }
        return passages;
    }

    /** The same order with whole numbers for scores, so that nothing ties. */
    List<ScoredPassage> untied() {
        List<ScoredPassage> passages = new ArrayList<>(indexes.size());
        for (int rank = 0; rank < indexes.size(); rank++) {
            passages.add(new ScoredPassage(ids.get(indexes.get(rank)), indexes.size() - rank));
        }
        return passages;
    }
}
