package dev.flinkreranker.workbench.evaluation.trec;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes TREC run lines whose scores alone encode the ranking.
 *
 * <p>trec_eval ignores the rank column and compares scores in float32. A score that would tie with
 * the one above it is therefore written as the next smaller float32. The same input gives the same
 * bytes.
 */
public final class RunWriter {

    private final Appendable out;
    private final String tag;

    /**
     * A writer that appends to {@code out}; flushing and closing it stays with the caller.
     *
     * @param tag name of the run
     * @throws IllegalArgumentException when the tag is empty or holds whitespace
     */
    public RunWriter(Appendable out, String tag) {
        this.out = out;
        this.tag = checkId("tag", tag);
    }

    /**
     * Appends the ranking of one query, best passage first.
     *
     * @throws IllegalArgumentException when an id is empty or holds whitespace, a passage comes
     *     twice, a score is not finite, or a score is above the one before it; nothing of the query
     *     is written then
     */
    public void write(String query, List<ScoredPassage> ranking) throws IOException {
        checkId("query id", query);
        StringBuilder lines = new StringBuilder();
        Set<String> seen = new HashSet<>();
        float above = Float.POSITIVE_INFINITY;
        float writtenAbove = Float.POSITIVE_INFINITY;
        int rank = 0;
        for (ScoredPassage passage : ranking) {
            checkId("passage id", passage.id());
            float score = passage.score();
            if (!seen.add(passage.id())) {
                throw refuse(query, "passage " + passage.id() + " comes twice");
            }
            if (!Float.isFinite(score)) {
                throw refuse(query, "passage " + passage.id() + " has score " + score);
            }
            if (score > above) {
                throw refuse(
                        query,
                        "passage %s with score %s stands below score %s"
                                .formatted(passage.id(), score, above));
            }
            float written = score < writtenAbove ? score : Math.nextDown(writtenAbove);
            if (!Float.isFinite(written)) {
                throw refuse(query, "no float32 is left below " + writtenAbove);
            }
            rank++;
            lines.append(query).append(" Q0 ").append(passage.id()).append(' ');
            lines.append(rank).append(' ').append(written).append(' ').append(tag).append('\n');
            above = score;
            writtenAbove = written;
        }
        out.append(lines);
    }

    /** Whether a run file can carry an id: whether it is one word and not none. */
    public static boolean carries(String id) {
        return !id.isEmpty() && id.codePoints().noneMatch(RunWriter::separates);
    }

    private static IllegalArgumentException refuse(String query, String problem) {
        return new IllegalArgumentException("query " + query + ": " + problem);
    }

    private static String checkId(String what, String id) {
        if (!carries(id)) {
            throw new IllegalArgumentException(
                    what
                            + " \""
                            + id
                            + "\" is empty or holds whitespace, which a run file cannot carry");
        }
        return id;
    }

    private static boolean separates(int codePoint) {
        return Character.isWhitespace(codePoint)
                || Character.isSpaceChar(codePoint)
                || Character.isISOControl(codePoint);
    }
}
