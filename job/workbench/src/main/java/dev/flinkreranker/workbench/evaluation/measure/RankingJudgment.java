package dev.flinkreranker.workbench.evaluation.measure;

import dev.flinkreranker.workbench.evaluation.trec.Qrels;
import dev.flinkreranker.workbench.evaluation.trec.ScoredPassage;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * One ranking seen through its query's judgments, which is all that a measure needs.
 *
 * <p>Formulas as in trec_eval 9: m_ndcg_cut.c, m_recip_rank.c, m_map.c, m_recall.c, m_P.c,
 * m_success.c. What is relevant is for the measure's level to say, except in nDCG, where every
 * grade above zero gains. Judged@k is that of ir_measures.
 */
public final class RankingJudgment {

    /** Stands for the grade of a passage that nobody judged. */
    public static final int NOT_JUDGED = -1;

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
        return new RankingJudgment(grades, ideal(query, qrels));
    }

    /**
     * Of a ranking whose grades were looked up before.
     *
     * @param grades at each rank, or {@link #NOT_JUDGED}
     * @param ideal of the query
     */
    public static RankingJudgment of(int[] grades, int[] ideal) {
        return new RankingJudgment(grades.clone(), ideal.clone());
    }

    /** The positive grades of a query, highest first. */
    public static int[] ideal(String query, Qrels qrels) {
        return qrels.grades(query).values().stream()
                .filter(grade -> grade > 0)
                .mapToInt(grade -> -grade)
                .sorted()
                .map(grade -> -grade)
                .toArray();
    }

    /** The value of a measure; 0 where the query has no relevant passage. */
    public double value(Measure measure) {
        int level = measure.level();
        int depth = measure.cutoff() == Measure.NO_CUTOFF ? grades.length : measure.cutoff();
        return switch (measure.kind()) {
            case NDCG -> ndcg(measure.cutoff() == Measure.NO_CUTOFF ? Integer.MAX_VALUE : depth);
            case MRR -> reciprocalRank(depth, level);
            case MAP -> averagePrecision(level);
            case RECALL -> share(relevant(depth, level), relevant(level));
            case PRECISION -> relevant(depth, level) / (double) depth;
            case SUCCESS -> relevant(depth, level) > 0 ? 1 : 0;
            case JUDGED -> share(judged(depth), Math.min(depth, grades.length));
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

    private double reciprocalRank(int depth, int level) {
        for (int i = 0; i < Math.min(depth, grades.length); i++) {
            if (grades[i] >= level) {
                return 1.0 / (i + 1);
            }
        }
        return 0;
    }

    private double averagePrecision(int level) {
        double sum = 0;
        int found = 0;
        for (int i = 0; i < grades.length; i++) {
            if (grades[i] >= level) {
                found++;
                sum += found / (double) (i + 1);
            }
        }
        int all = relevant(level);
        return all == 0 ? 0 : sum / all;
    }

    /** How many passages of the query are relevant at a level. */
    private int relevant(int level) {
        return (int) Arrays.stream(ideal).filter(grade -> grade >= level).count();
    }

    private int relevant(int depth, int level) {
        return (int) Arrays.stream(grades).limit(depth).filter(grade -> grade >= level).count();
    }

    private int judged(int depth) {
        return (int) Arrays.stream(grades).limit(depth).filter(g -> g != NOT_JUDGED).count();
    }

    private static double share(int part, int whole) {
        return whole == 0 ? 0 : part / (double) whole;
    }
}
