package dev.flinkreranker.workbench.evaluation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads relevance judgments, plain or gzip: TREC's {@code query 0 passage grade}, or BEIR's TSV of
 * three columns with the header {@code query-id corpus-id score}.
 */
public final class QrelsReader {

    private static final int TREC_FIELDS = 4;
    private static final int BEIR_FIELDS = 3;

    private QrelsReader() {}

    /**
     * Reads a whole file.
     *
     * @throws TrecFormatException on the first bad line, naming file and line
     */
    public static Qrels read(Path path) throws IOException {
        Map<String, Map<String, Integer>> judgments = new LinkedHashMap<>();
        try (TrecLines lines = new TrecLines(path)) {
            String line = lines.next();
            boolean beir = line != null && line.startsWith("query-id");
            if (beir) {
                line = lines.next();
            }
            for (; line != null; line = lines.next()) {
                String[] fields = RunReader.WHITESPACE.split(line.strip());
                if (fields.length != (beir ? BEIR_FIELDS : TREC_FIELDS)) {
                    throw lines.error(
                            (beir
                                            ? "a BEIR qrels line has 3 fields (query-id corpus-id"
                                                    + " score), found "
                                            : "a qrels line has 4 fields (query 0 passage grade),"
                                                    + " found ")
                                    + fields.length);
                }
                String passage = fields[beir ? 1 : 2];
                int grade = grade(fields[fields.length - 1], lines);
                Integer before =
                        judgments
                                .computeIfAbsent(fields[0], id -> new LinkedHashMap<>())
                                .put(passage, grade);
                if (before != null) {
                    throw lines.error("passage " + passage + " twice for query " + fields[0]);
                }
            }
            if (judgments.isEmpty()) {
                throw lines.fileError("holds no judgment");
            }
        }
        return new Qrels(judgments);
    }

    private static int grade(String field, TrecLines lines) throws TrecFormatException {
        try {
            return Integer.parseInt(field);
        } catch (NumberFormatException e) {
            throw lines.error("grade " + field + " is not a whole number");
        }
    }
}
