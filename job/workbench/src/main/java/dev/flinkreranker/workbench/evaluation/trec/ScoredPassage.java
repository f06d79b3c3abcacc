package dev.flinkreranker.workbench.evaluation.trec;

import java.util.Arrays;
import java.util.Comparator;

/**
 * One line of a run: a passage and the score it was ranked by.
 *
 * @param id of the passage; without whitespace
 * @param score finite; compared in float32, as trec_eval does
 */
public record ScoredPassage(String id, float score) {

    /** Makes minus zero plain zero, since the two tie. */
    public ScoredPassage {
        score += 0.0f;
    }

    /**
     * The order of trec_eval: higher score first, and equal scores by descending id, compared as
     * UTF-8 bytes. The rank column of a run file plays no part.
     */
    static final Comparator<ScoredPassage> TREC_ORDER =
            (a, b) -> {
                int byScore = Float.compare(b.score, a.score);
                return byScore != 0 ? byScore : compareCodePoints(b.id, a.id);
            };

    /** The order of UTF-8 bytes, which is that of code points and not that of Java's chars. */
    public static int compareCodePoints(String a, String b) {
        int[] left = a.codePoints().toArray();
        int[] right = b.codePoints().toArray();
        return Arrays.compare(left, right);
    }
}
