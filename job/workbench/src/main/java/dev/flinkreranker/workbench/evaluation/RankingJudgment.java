package dev.flinkreranker.workbench.evaluation;

import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;

/**
 * One ranking seen through its query's judgments, which is all that a measure needs.
 *
 * <p>Formulas as in trec_eval 9: m_ndcg_cut.c, m_recip_rank.c, m_map.c, m_recall.c, m_P.c. Judged@k
 * is that of ir_measures.
 */
final class RankingJudgment {

    private static final int NOT_JUDGED = -1;

    /** Grade at each rank, or {@link #NOT_JUDGED}. */
    private final int[] grades;

    /** The query's positive grades, highest first. */
    private final int[] ideal;

    private RankingJudgment(int[] grades, int[] ideal) {
        this.grades = grades;
        this.ideal = ideal;
    }

    static RankingJudgment of(String query, List<ScoredPassage> ranking, Qrels qrels) {
        int[] grades =
                ranking.stream()
                        .map(passage -> qrels.grade(query, passage.id()))
                        .mapToInt((OptionalInt grade) -> grade.orElse(NOT_JUDGED))
                        .toArray();
        Collection<Integer> judged = qrels.grades(query).values();
        int[] ideal =
                judged.stream()
                        .filter(grade -> grade > 0)
                        .mapToInt(grade -> -grade)
                        .sorted()
                        .map(grade -> -grade)
                        .toArray();
        return new RankingJudgment(grades, ideal);
    }

    /** The value of a measure; 0 where the query has no relevant passage. */
    double value(Measure measure) {
        int depth = measure.cutoff() == Measure.NO_CUTOFF ? grades.length : measure.cutoff();
        return switch (measure.kind()) {
            case NDCG -> ndcg(measure.cutoff() == Measure.NO_CUTOFF ? Integer.MAX_VALUE : depth);
            case MRR -> reciprocalRank(depth);
            case MAP -> averagePrecision();
            case RECALL -> ideal.length == 0 ? 0 : relevant(depth) / (double) ideal.length;
            case PRECISION -> relevant(depth) / (double) depth;
            case JUDGED -> judgedShare(depth);
        };
    }

    private double ndcg(int depth) {
        double best = discountedGain(ideal, depth);
        return best == 0 ? 0 : discountedGain(grades, depth) / best;
    }

    private static double discountedGain(int[] grades, int depth) {
        double sum = 0;
        for (int i = 0; i < Math.min(depth, grades.length); i++) {
            if (grades[i] > 0) {
                sum += grades[i] / (Math.log(i + 2.0) / Math.log(2.0));
            }
        }
        return sum;
    }

    private double reciprocalRank(int depth) {
        for (int i = 0; i < Math.min(depth, grades.length); i++) {
            if (grades[i] > 0) {
                return 1.0 / (i + 1);
            }
        }
        return 0;
    }

    private double averagePrecision() {
        double sum = 0;
        int found = 0;
        for (int i = 0; i < grades.length; i++) {
            if (grades[i] > 0) {
                found++;
                sum += found / (double) (i + 1);
            }
        }
        return ideal.length == 0 ? 0 : sum / ideal.length;
    }

    private int relevant(int depth) {
        int found = 0;
        for (int i = 0; i < Math.min(depth, grades.length); i++) {
            if (grades[i] > 0) {
                found++;
            }
        }
        return found;
    }

    private double judgedShare(int depth) {
        int ranks = Math.min(depth, grades.length);
        int judged = 0;
        for (int i = 0; i < ranks; i++) {
            if (grades[i] != NOT_JUDGED) {
                judged++;
            }
        }
        return ranks == 0 ? 0 : judged / (double) ranks;
    }
}
