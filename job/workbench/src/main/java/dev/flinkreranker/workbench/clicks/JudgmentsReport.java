package dev.flinkreranker.workbench.clicks;

import dev.flinkreranker.job.terminal.TextTable;
import dev.flinkreranker.workbench.evaluation.FourDigits;
import java.util.List;
import java.util.Locale;

/** What {@code judgments} prints. */
final class JudgmentsReport {
    private static final String ASSUMPTIONS =
            """
            Assumed (position-based click model): a document is clicked when it is looked at and
            found relevant. Whether it is looked at depends on its rank alone, not on the query, the
            reader or the other documents. Whether it is found relevant depends on query and
            document alone, not on the rank (no trust in the first ranks) and not on the time.
            Relevance is the share of views that would be clicked at the most examined rank. The
            intervals (95 %, likelihood ratio) take the examination as known, and views as
            independent. What was never shown is not judged.
            """;

    private JudgmentsReport() {}

    static String text(JoinTally tally, Judgments judgments, List<Double> grades) {
        StringBuilder text = new StringBuilder(join(tally));
        long queries = judgments.judged().stream().map(Judgment::query).distinct().count();
        line(
                text,
                "%,d documents of %,d queries judged; %,d viewed too seldom, %,d only at ranks that"
                        + " cannot be compared",
                judgments.judged().size(),
                queries,
                judgments.tooFewViews(),
                judgments.unlinked());
        text.append('\n').append(ranks(judgments.ranks()));
        if (!judgments.ranks().stream().allMatch(ExaminedRank::isLinked)) {
            text.append(
                    "Ranks without examination: no document that was clicked stood both there and,"
                            + " over others, at the most viewed rank.\n");
        }
        text.append('\n').append(grades(judgments.judged(), grades));
        return text.append('\n').append(ASSUMPTIONS).toString();
    }

    /** What the join met, a line each. */
    static String join(JoinTally tally) {
        StringBuilder text = new StringBuilder();
        line(text, "%,d events", tally.events());
        line(text, "%,d results, of which %,d were viewed", tally.results(), tally.viewedResults());
        for (ClickFate fate : ClickFate.values()) {
            if (fate == ClickFate.COUNTED || tally.clicks(fate) > 0) {
                line(text, "%,d clicks %s", tally.clicks(fate), fate.description());
            }
        }
        return text.toString();
    }

    private static TextTable ranks(List<ExaminedRank> ranks) {
        TextTable table = new TextTable("rank", "examination", "views", "clicks", "clicked");
        for (ExaminedRank rank : ranks) {
            table.row(
                    Integer.toString(rank.rank()),
                    rank.isLinked() ? FourDigits.format(rank.examination()) : "",
                    Long.toString(rank.views()),
                    Long.toString(rank.clicks()),
                    FourDigits.format((double) rank.clicks() / rank.views()));
        }
        return table;
    }

    private static TextTable grades(List<Judgment> judged, List<Double> thresholds) {
        TextTable table = new TextTable("grade", "relevance from", "documents");
        for (int grade = 0; grade <= thresholds.size(); grade++) {
            int wanted = grade;
            table.row(
                    Integer.toString(grade),
                    FourDigits.format(grade == 0 ? 0 : thresholds.get(grade - 1)),
                    Long.toString(judged.stream().filter(j -> j.grade() == wanted).count()));
        }
        return table;
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
