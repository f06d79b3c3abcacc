package dev.flinkreranker.workbench.tune;

import dev.flinkreranker.workbench.evaluation.measure.RankingJudgment;

/**
 * What a calibration is fitted to.
 *
 * @param level lowest grade that is relevant, at least 1
 * @param judgedOnly whether what was not judged is left out; else it counts as not relevant, as in
 *     every measure
 * @param precision how often "nothing is relevant" must be right, above 0, at most 1
 */
record CalibrationTruth(int level, boolean judgedOnly, double precision) {

    boolean knows(int grade) {
        return !judgedOnly || grade != RankingJudgment.NOT_JUDGED;
    }

    boolean isRelevant(int grade) {
        return grade >= level;
    }
}
