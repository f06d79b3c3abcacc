package dev.flinkreranker.workbench.evaluation.trec;

import dev.flinkreranker.job.file.InputFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads runs: TREC's {@code query Q0 passage rank score tag}; tables with fewer columns or a header
 * (see {@link RunLayout}), where the scores or else the ranks tell the order; or JSON (see {@link
 * JsonRows}), where scores tell the order or else the place in a list. Where only ranks are known,
 * minus the rank is the score. Ids are taken as run files carry them.
 *
 * <p>What trec_eval lets pass silently is refused here: a NaN or infinite score, and a line with a
 * field too many or too few (an id with a space in it).
 */
public final class RunReader {

    private final Map<String, List<ScoredPassage>> rankings = new LinkedHashMap<>();
    private final Map<String, Set<String>> seen = new LinkedHashMap<>();
    private final String file;
    private String tag;
    private boolean ranksOnly;

    private RunReader(String file, String tag) {
        this.file = file;
        this.tag = tag;
    }

    /**
     * Reads a whole run.
     *
     * @throws TrecFormatException on the first bad line, naming file and line
     */
    public static Run read(Path path) throws IOException {
        try (TrecLines lines = new TrecLines(path)) {
            RunReader reader = new RunReader(lines.file(), stem(path));
            if (lines.isJson()) {
                JsonRows.read(lines.rest(), lines.file(), Column.SCORE, reader::addJson);
            } else {
                reader.table(lines);
            }
            if (reader.rankings.isEmpty()) {
                throw lines.fileError("holds no ranking");
            }
            return new Run(reader.tag, reader.rankings, reader.ranksOnly);
        }
    }

    private void table(TrecLines lines) throws IOException {
        String[] fields = lines.next();
        if (fields == null) {
            return;
        }
        RunLayout layout = RunLayout.of(fields, lines);
        if (layout.isHeader()) {
            fields = lines.next();
        }
        int order = layout.score() < 0 ? layout.rank() : layout.score();
        RankCheck ranks = new RankCheck();
        for (; fields != null; fields = lines.next()) {
            if (fields.length != layout.fields()) {
                throw lines.error(
                        "a run line has %d fields (%s), found %d"
                                .formatted(layout.fields(), layout.columns(), fields.length));
            }
            String query = fields[layout.query()];
            add(lines.number(), query, fields[layout.passage()], fields[order]);
            if (layout.rank() >= 0) {
                ranks.add(query, fields[layout.rank()]);
            }
            tag = layout.tag() < 0 ? tag : fields[layout.tag()];
        }
        if (isByRank(layout, ranks, lines)) {
            rankings.replaceAll((query, ranking) -> negated(ranking));
            ranksOnly = true;
        }
    }

    /** Whether what was read as scores is ranks. */
    private static boolean isByRank(RunLayout layout, RankCheck ranks, TrecLines lines)
            throws TrecFormatException {
        if (layout.rank() < 0 || layout.score() < 0) {
            return layout.score() < 0;
        }
        if (layout.rank() != layout.score() && !ranks.areRanks()) {
            throw lines.fileError(
                    "taken as %s, but the ranks do not count 1, 2, 3 within a query"
                            .formatted(layout.columns()));
        }
        if (layout.rank() == layout.score() && !ranks.areRanks() && !ranks.areScores()) {
            throw lines.fileError(
                    "taken as %s, but the numbers are neither ranks (1, 2, 3 within a query) nor"
                                    .formatted(layout.columns())
                            + " scores (best first); a header that names rank or score would tell");
        }
        return layout.rank() == layout.score() && ranks.areRanks();
    }

    private void addJson(long line, String query, String passage, String score)
            throws TrecFormatException {
        ranksOnly |= score == null;
        int before = rankings.getOrDefault(RunFileId.of(query), List.of()).size();
        add(line, query, passage, score == null ? Integer.toString(-before - 1) : score);
    }

    private void add(long line, String query, String passage, String score)
            throws TrecFormatException {
        String queryId = RunFileId.of(query);
        String passageId = RunFileId.of(passage);
        if (!seen.computeIfAbsent(queryId, id -> new HashSet<>()).add(passageId)) {
            throw new TrecFormatException(
                    file, line, "passage " + passage + " twice for query " + query);
        }
        rankings.computeIfAbsent(queryId, id -> new ArrayList<>())
                .add(new ScoredPassage(passageId, score(line, score)));
    }

    private static List<ScoredPassage> negated(List<ScoredPassage> ranking) {
        return ranking.stream().map(p -> new ScoredPassage(p.id(), -p.score())).toList();
    }

    private float score(long line, String field) throws TrecFormatException {
        Double parsed = RunLayout.number(field);
        if (parsed == null) {
            throw new TrecFormatException(file, line, "score " + field + " is not a number");
        }
        // By way of double, as trec_eval's atof does.
        float score = parsed.floatValue();
        if (!Float.isFinite(score)) {
            throw new TrecFormatException(
                    file, line, "score " + field + " is not a finite float32");
        }
        return score;
    }

    /** The name of a run that does not give itself one: that of its file, without endings. */
    private static String stem(Path path) {
        Path name = path.getFileName();
        return path.equals(InputFile.STANDARD) || name == null
                ? "run"
                : RunFileId.of(name.toString().replaceFirst("(?<=.)\\..*", ""));
    }
}
