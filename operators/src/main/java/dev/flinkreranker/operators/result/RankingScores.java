package dev.flinkreranker.operators.result;

import dev.flinkreranker.operators.request.Candidate;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.runtime.engine.PassageScore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * The scores that documents are ranked by: the deepest layer's logit, or its fusion with the first
 * stage's score. Only documents that the model scored take part, and statistics are over them
 * alone.
 *
 * <p>{@code z_sum} standardizes both scores by mean and population standard deviation before a
 * convex combination, as in Bruch, Gai, Ingber, "An Analysis of Fusion Functions for Hybrid
 * Retrieval" (ACM TOIS 42, 2023). Where all scores are equal, every z is 0: that stage says
 * nothing. {@code reciprocal_rank} is that of Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion
 * outperforms Condorcet and individual Rank Learning Methods" (SIGIR 2009); equal scores share the
 * better rank.
 *
 * <p>Sums run in the order of the request, so that equal requests get equal bits.
 */
@Internal
public final class RankingScores {

    private RankingScores() {}

    /**
     * The scores.
     *
     * @param candidates those that are scored, in the order of the request
     * @param scores the model's, one for each
     * @return one for each of {@code scores}, float32; null where the document has none, because
     *     one of its logits is missing or not finite, or because {@code z_sum} lacks the first
     *     stage's
     */
    public static List<@Nullable Float> of(
            List<Candidate> candidates, RerankSettings settings, List<PassageScore> scores) {
        @Nullable Float[] ranking = new Float[scores.size()];
        for (int i = 0; i < ranking.length; i++) {
            ranking[i] = logit(scores.get(i));
        }
        switch (settings.fusion()) {
            case NONE -> {}
            case Z_SUM -> {
                for (int i = 0; i < ranking.length; i++) {
                    ranking[i] = candidates.get(i).firstStageScore() == null ? null : ranking[i];
                }
                int[] fused = scored(ranking);
                float[] model = standardized(logits(ranking, fused));
                float[] first = standardized(firstStage(candidates, fused));
                double weight = settings.fusionWeight();
                for (int j = 0; j < fused.length; j++) {
                    ranking[fused[j]] =
                            unsignedZero((float) ((1 - weight) * model[j] + weight * first[j]));
                }
            }
            case RECIPROCAL_RANK -> {
                int[] fused = scored(ranking);
                int[] model = ranks(logits(ranking, fused));
                int[] first = firstStageRanks(candidates, fused);
                double k = settings.fusionK();
                for (int j = 0; j < fused.length; j++) {
                    ranking[fused[j]] = (float) (1 / (k + model[j]) + 1 / (k + first[j]));
                }
            }
        }
        return Collections.unmodifiableList(new ArrayList<>(Arrays.asList(ranking)));
    }

    /** Turns -0.0 into 0.0, which compares and prints as the equal number it is. */
    static float unsignedZero(float score) {
        return score + 0.0f;
    }

    private static @Nullable Float logit(PassageScore score) {
        return score instanceof PassageScore.Logits logits
                        && logits.logits().stream().allMatch(logit -> Float.isFinite(logit))
                ? (Float) unsignedZero(logits.deepest())
                : null;
    }

    private static int[] scored(@Nullable Float[] scores) {
        return IntStream.range(0, scores.length).filter(i -> scores[i] != null).toArray();
    }

    private static double[] logits(@Nullable Float[] scores, int[] indexes) {
        return Arrays.stream(indexes).mapToDouble(i -> scores[i]).toArray();
    }

    private static double[] firstStage(List<Candidate> candidates, int[] indexes) {
        return Arrays.stream(indexes)
                .mapToDouble(i -> candidates.get(i).firstStageScore() + 0.0)
                .toArray();
    }

    private static int[] firstStageRanks(List<Candidate> candidates, int[] indexes) {
        boolean all =
                Arrays.stream(indexes)
                        .mapToObj(i -> candidates.get(i).firstStageScore())
                        .allMatch(Objects::nonNull);
        return all
                ? ranks(firstStage(candidates, indexes))
                : IntStream.rangeClosed(1, indexes.length).toArray();
    }

    /** Ranks from 1, the highest value first. */
    private static int[] ranks(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int[] ranks = new int[values.length];
        for (int i = 0; i < ranks.length; i++) {
            ranks[i] = 1 + values.length - notAbove(sorted, values[i]);
        }
        return ranks;
    }

    /** How many values of an ascending array are at most this one. */
    private static int notAbove(double[] ascending, double value) {
        int low = 0;
        int high = ascending.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ascending[middle] <= value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** As float32, so that what is equal but for rounding is equal. */
    private static float[] standardized(double[] values) {
        double least = Arrays.stream(values).min().orElse(0);
        double most = Arrays.stream(values).max().orElse(0);
        if (least == most) {
            return new float[values.length];
        }
        // z does not depend on the unit, and in this one no sum can overflow.
        double unit = Math.max(Math.abs(least), Math.abs(most));
        double sum = 0;
        for (double value : values) {
            sum += value / unit;
        }
        double mean = sum / values.length;
        double squares = 0;
        for (double value : values) {
            double distance = value / unit - mean;
            squares += distance * distance;
        }
        double deviation = Math.sqrt(squares / values.length);
        float[] standardized = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            standardized[i] = (float) ((values[i] / unit - mean) / deviation);
        }
        return standardized;
    }
}
