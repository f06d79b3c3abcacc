package dev.flinkreranker.workbench.replay.outcome;

import dev.flinkreranker.workbench.evaluation.trec.ScoredPassage;
import java.util.List;

/**
 * A request worth showing.
 *
 * @param file index into the plan's files
 * @param line its line there
 * @param id of the request
 * @param agreement of each contender with the baseline, as rank-biased overlap
 * @param tops the first passages of each contender
 */
record KeptRequest(
        int file, long line, String id, List<Double> agreement, List<List<ScoredPassage>> tops) {

    /** How far the contender furthest from the baseline is from it. */
    double change() {
        return 1 - agreement.stream().mapToDouble(Double::doubleValue).min().orElse(1);
    }
}
