package dev.flinkreranker.workbench.evaluation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads TREC run files: {@code query Q0 passage rank score tag}, separated by whitespace, plain or
 * gzip.
 *
 * <p>What trec_eval lets pass silently is refused here: a NaN or infinite score, and a line with a
 * field too many or too few (an id with a space in it).
 */
public final class RunReader {

    static final Pattern WHITESPACE = Pattern.compile("\\s+");

    private static final int FIELDS = 6;

    /** What Java takes at the end of a number and no other tool does. */
    private static final Pattern JAVA_SUFFIX = Pattern.compile("[dDfF]$");

    private RunReader() {}

    /**
     * Reads a whole run.
     *
     * @throws TrecFormatException on the first bad line, naming file and line
     */
    public static Run read(Path path) throws IOException {
        Map<String, List<ScoredPassage>> rankings = new LinkedHashMap<>();
        Map<String, Set<String>> seen = new LinkedHashMap<>();
        String tag = null;
        try (TrecLines lines = new TrecLines(path)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                String[] fields = WHITESPACE.split(line.strip());
                if (fields.length != FIELDS) {
                    throw lines.error(
                            "a run line has 6 fields (query Q0 passage rank score tag), found "
                                    + fields.length);
                }
                String query = fields[0];
                String passage = fields[2];
                if (!seen.computeIfAbsent(query, id -> new HashSet<>()).add(passage)) {
                    throw lines.error("passage " + passage + " twice for query " + query);
                }
                rankings.computeIfAbsent(query, id -> new ArrayList<>())
                        .add(new ScoredPassage(passage, score(fields[4], lines)));
                tag = fields[5];
            }
            if (tag == null) {
                throw lines.fileError("holds no ranking");
            }
        }
        return new Run(tag, rankings);
    }

    private static float score(String field, TrecLines lines) throws TrecFormatException {
        float score;
        try {
            // By way of double, as trec_eval's atof does.
            score = (float) Double.parseDouble(field);
            if (JAVA_SUFFIX.matcher(field).find()) {
                throw new NumberFormatException(field);
            }
        } catch (NumberFormatException e) {
            throw lines.error("score " + field + " is not a number");
        }
        if (!Float.isFinite(score)) {
            throw lines.error("score " + field + " is not a finite float32");
        }
        return score;
    }
}
