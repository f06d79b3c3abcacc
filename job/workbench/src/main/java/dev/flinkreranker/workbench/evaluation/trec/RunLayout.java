package dev.flinkreranker.workbench.evaluation.trec;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where a run's lines have what, told by the first of them. Places count from 0; below zero stands
 * for what is not there.
 *
 * @param columns the columns in words
 * @param fields how many there are
 * @param rank place of the rank where it matters: where it tells the order, or proves the columns
 * @param score place of the score; that of the rank where only the whole file tells which it is
 * @param isHeader whether the first line names columns and holds no passage
 */
record RunLayout(
        String columns,
        int fields,
        int query,
        int passage,
        int rank,
        int score,
        int tag,
        boolean isHeader) {

    private static final int NONE = -1;

    /** What Java takes at the end of a number and no other tool does. */
    private static final Pattern JAVA_SUFFIX = Pattern.compile("[dDfF]$");

    /** The layout of a file that begins with these fields. */
    static RunLayout of(String[] first, TrecLines lines) throws TrecFormatException {
        if (Arrays.stream(first).noneMatch(field -> number(field) != null)) {
            RunLayout header = header(List.of(first));
            if (header != null) {
                return header;
            }
        }
        if (first.length == 6) {
            return headless("query Q0 passage rank score tag", 6, 2, NONE, 4, 5);
        }
        boolean marked = first.length > 3 && first[1].equalsIgnoreCase("Q0");
        RunLayout layout = marked ? marked(first) : plain(first);
        if (layout == null) {
            throw lines.error(
                    "a run line has 6 fields (query Q0 passage rank score tag), or fewer where they"
                            + " say what they are (query passage score, query passage rank, a"
                            + " header), found "
                            + String.join(" ", first));
        }
        return layout;
    }

    /** The number a field is; null where it is none. */
    static Double number(String field) {
        try {
            return JAVA_SUFFIX.matcher(field).find() ? null : Double.valueOf(field);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static RunLayout header(List<String> headings) {
        int query = Column.QUERY.in(headings);
        int passage = Column.PASSAGE.in(headings);
        int rank = Column.RANK.in(headings);
        int score = Column.SCORE.in(headings);
        if (query < 0 || passage < 0 || (rank < 0 && score < 0)) {
            return null;
        }
        return new RunLayout(
                String.join(" ", headings),
                headings.size(),
                query,
                passage,
                score < 0 ? rank : NONE,
                score,
                NONE,
                true);
    }

    /** With Q0 in the second column. */
    private static RunLayout marked(String[] first) {
        if (number(first[3]) == null) {
            return null;
        }
        if (first.length == 4) {
            return headless("query Q0 passage rank-or-score", 4, 2, 3, 3, NONE);
        }
        if (first.length == 5) {
            return number(first[4]) == null
                    ? headless("query Q0 passage rank-or-score tag", 5, 2, 3, 3, 4)
                    : headless("query Q0 passage rank score", 5, 2, 3, 4, NONE);
        }
        return null;
    }

    private static RunLayout plain(String[] first) {
        boolean judgments = first.length == 4 && first[1].equals("0");
        if (first.length < 3 || judgments || number(first[2]) == null) {
            return null;
        }
        if (first.length == 3) {
            return headless("query passage rank-or-score", 3, 1, 2, 2, NONE);
        }
        boolean scored = number(first[3]) != null;
        if (first.length == 4) {
            return scored
                    ? headless("query passage rank score", 4, 1, 2, 3, NONE)
                    : headless("query passage rank-or-score tag", 4, 1, 2, 2, 3);
        }
        return first.length == 5 && scored
                ? headless("query passage rank score tag", 5, 1, 2, 3, 4)
                : null;
    }

    private static RunLayout headless(
            String columns, int fields, int passage, int rank, int score, int tag) {
        return new RunLayout(columns, fields, 0, passage, rank, score, tag, false);
    }
}
