package dev.flinkreranker.workbench.evaluation.trec;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads relevance judgments: TREC's {@code query 0 passage grade}; three columns {@code query
 * passage grade}, under a header in any order that it names (BEIR's is {@code query-id corpus-id
 * score}); or the same as JSON (see {@link JsonRows}). Ids are taken as run files carry them.
 */
public final class QrelsReader {

    private static final Layout TREC = new Layout("query 0 passage grade", 4, 0, 2, 3);
    private static final Layout PLAIN = new Layout("query passage grade", 3, 0, 1, 2);

    /** No scale of grades goes so far; ids and ranks do. */
    private static final int TOO_HIGH = 1000;

    /** So many grades in a row that count are ranks. */
    private static final int COUNTING = 3;

    private final Map<String, Map<String, Integer>> judgments = new LinkedHashMap<>();
    private final Map<String, Long> firstLines = new LinkedHashMap<>();

    private QrelsReader() {}

    /**
     * Judgments and where they stand.
     *
     * @param firstLines the first line of each query, from 1
     */
    public record Located(Qrels qrels, Map<String, Long> firstLines) {}

    /** Where a line has what. */
    private record Layout(String columns, int fields, int query, int passage, int grade) {}

    /**
     * Reads a whole file.
     *
     * @throws TrecFormatException on the first bad line, naming file and line
     */
    public static Qrels read(Path path) throws IOException {
        return locate(path).qrels();
    }

    /**
     * Reads a whole file and keeps where its queries stand.
     *
     * @throws TrecFormatException on the first bad line, naming file and line
     */
    public static Located locate(Path path) throws IOException {
        QrelsReader reader = new QrelsReader();
        try (TrecLines lines = new TrecLines(path)) {
            if (lines.isJson()) {
                JsonRows.read(
                        lines.rest(),
                        lines.file(),
                        Column.GRADE,
                        (line, query, passage, grade) ->
                                reader.add(lines.file(), line, query, passage, grade));
            } else {
                reader.table(lines);
            }
            if (reader.judgments.isEmpty()) {
                throw lines.fileError("holds no judgment");
            }
        }
        return new Located(new Qrels(reader.judgments), reader.firstLines);
    }

    private void table(TrecLines lines) throws IOException {
        String[] fields = lines.next();
        if (fields == null) {
            return;
        }
        Layout layout = header(fields, lines);
        if (layout != null) {
            fields = lines.next();
        } else if (fields.length == TREC.fields() || fields.length == PLAIN.fields()) {
            layout = fields.length == TREC.fields() ? TREC : PLAIN;
        } else {
            throw lines.error(
                    "a qrels line has 4 fields (query 0 passage grade) or 3 (query passage grade),"
                            + " found "
                            + fields.length);
        }
        for (; fields != null; fields = lines.next()) {
            if (fields.length != layout.fields()) {
                throw lines.error(
                        "a qrels line has %d fields (%s), found %d"
                                .formatted(layout.fields(), layout.columns(), fields.length));
            }
            int grade =
                    add(
                            lines.file(),
                            lines.number(),
                            fields[layout.query()],
                            fields[layout.passage()],
                            fields[layout.grade()]);
            if (layout == PLAIN && grade >= TOO_HIGH) {
                throw lines.error(
                        "taken as query passage grade, but %d is no grade".formatted(grade));
            }
        }
        if (layout == PLAIN && isRanked()) {
            throw lines.fileError(
                    "taken as query passage grade, but the third column counts 1, 2, 3, as a run"
                            + " of query passage rank does");
        }
    }

    /** The layout that a header names; null when the line is none. */
    private static Layout header(String[] fields, TrecLines lines) throws TrecFormatException {
        if (isNumber(fields[fields.length - 1])) {
            return null;
        }
        List<String> headings = List.of(fields);
        Layout layout =
                new Layout(
                        String.join(" ", headings),
                        fields.length,
                        Column.QUERY.in(headings),
                        Column.PASSAGE.in(headings),
                        Column.GRADE.in(headings));
        if (layout.query() < 0 || layout.passage() < 0 || layout.grade() < 0) {
            throw lines.error(
                    "\"%s\" is neither judgments (query 0 passage grade) nor a header that names"
                                    .formatted(layout.columns())
                            + " query, passage and grade (BEIR's is query-id corpus-id score)");
        }
        return layout;
    }

    private int add(String file, long line, String query, String passage, String grade)
            throws TrecFormatException {
        // A row of JSON without a grade says that the passage is relevant.
        Integer whole = grade == null ? Integer.valueOf(1) : whole(grade);
        if (whole == null) {
            throw new TrecFormatException(file, line, "grade " + grade + " is not a whole number");
        }
        String queryId = RunFileId.of(query);
        String passageId = RunFileId.of(passage);
        firstLines.putIfAbsent(queryId, line);
        Integer before =
                judgments
                        .computeIfAbsent(queryId, id -> new LinkedHashMap<>())
                        .put(passageId, whole);
        if (before != null) {
            throw new TrecFormatException(
                    file, line, "passage " + passage + " twice for query " + query);
        }
        return whole;
    }

    /** Whether every query's grades count up from 1, which no judge does. */
    private boolean isRanked() {
        int most = 0;
        for (Map<String, Integer> grades : judgments.values()) {
            int rank = 0;
            for (int grade : grades.values()) {
                rank++;
                if (grade != rank) {
                    return false;
                }
            }
            most = Math.max(most, rank);
        }
        return most >= COUNTING;
    }

    /** The number, such as 1 or 1.0; null where there is none. */
    private static Integer whole(String field) {
        try {
            return new BigDecimal(field).intValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            return null;
        }
    }

    private static boolean isNumber(String field) {
        try {
            new BigDecimal(field);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
