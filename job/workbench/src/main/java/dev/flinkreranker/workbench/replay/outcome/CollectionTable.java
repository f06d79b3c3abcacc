package dev.flinkreranker.workbench.replay.outcome;

import dev.flinkreranker.job.terminal.TextTable;
import dev.flinkreranker.workbench.replay.plan.ReplayConfiguration;
import dev.flinkreranker.workbench.report.ReportData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One table a measure over several collections, with the rows and columns of FlagEmbedding's own
 * evaluation: first stage and reranker; the average, then a column for each collection, by name.
 * Figures are percent. A column of a group of collections is the mean of theirs, so that a large
 * one counts no more than a small one, and so is the average of the columns.
 */
public final class CollectionTable {
    private static final String NO_RERANKER = "NoReranker";

    private final List<String> measures = new ArrayList<>();
    private final Map<Row, Map<String, List<List<Double>>>> values = new LinkedHashMap<>();
    private final TreeMap<String, Integer> columns = new TreeMap<>();

    /**
     * Who ranked.
     *
     * @param model the first stage, by its run's name
     * @param reranker the configuration
     */
    public record Row(String model, String reranker) {}

    /**
     * A row's figures, as shares of 1.
     *
     * @param average null where a column is missing
     * @param columns without those that are missing
     */
    public record Figures(
            String model, String reranker, Double average, Map<String, Double> columns) {}

    /**
     * Adds a collection.
     *
     * @param column name of its column; the same for the collections of a group
     * @param firstStage name of its first stage
     */
    public void add(String column, String firstStage, ReportData data) {
        if (measures.isEmpty()) {
            measures.addAll(data.measures());
        }
        columns.merge(column, 1, Integer::sum);
        for (ReportData.Configuration configuration : data.configurations()) {
            boolean none = configuration.name().equals(ReplayConfiguration.FIRST_STAGE);
            values.computeIfAbsent(
                            new Row(firstStage, none ? NO_RERANKER : configuration.name()),
                            row -> new TreeMap<>())
                    .computeIfAbsent(column, name -> new ArrayList<>())
                    .add(configuration.means());
        }
    }

    /** The figures of every row by measure, the headline first. */
    public Map<String, List<Figures>> figures() {
        Map<String, List<Figures>> figures = new LinkedHashMap<>();
        for (int i = 0; i < measures.size(); i++) {
            int measure = i;
            List<Figures> rows = new ArrayList<>();
            values.forEach((row, byColumn) -> rows.add(figures(row, byColumn, measure)));
            figures.put(measures.get(i), rows);
        }
        return figures;
    }

    /** All tables as Markdown, the best of each column bold. */
    public String markdown() {
        StringBuilder text = new StringBuilder();
        figures()
                .forEach(
                        (measure, rows) -> {
                            text.append("## ").append(theirName(measure)).append("\n\n| ");
                            text.append(String.join(" | ", headings())).append(" |\n| :---- |");
                            text.append(" :---- |").append(" :---: |".repeat(columns.size() + 1));
                            text.append('\n');
                            for (Figures row : rows) {
                                text.append("| ").append(row.model()).append(" | ");
                                text.append(row.reranker()).append(" |");
                                for (String heading : headings().subList(2, columns.size() + 3)) {
                                    text.append(' ').append(cell(row, heading, rows)).append(" |");
                                }
                                text.append('\n');
                            }
                            text.append('\n');
                        });
        return text.toString();
    }

    /** The headline measure's table for a terminal. */
    public String headline() {
        TextTable table = new TextTable(headings().toArray(String[]::new));
        figures().values().stream().findFirst().orElse(List.of()).stream()
                .map(
                        row -> {
                            List<String> cells = new ArrayList<>();
                            cells.add(row.model());
                            cells.add(row.reranker());
                            for (String heading : headings().subList(2, columns.size() + 3)) {
                                cells.add(percent(value(row, heading)));
                            }
                            return cells;
                        })
                .forEach(cells -> table.row(cells.toArray(String[]::new)));
        return theirName(measures.get(0)) + "\n" + table;
    }

    private Figures figures(Row row, Map<String, List<List<Double>>> byColumn, int measure) {
        Map<String, Double> shown = new TreeMap<>();
        byColumn.forEach(
                (column, collections) -> {
                    // A group without one of its members would be another group.
                    if (collections.size() == columns.get(column)) {
                        shown.put(
                                column,
                                mean(collections.stream().map(m -> m.get(measure)).toList()));
                    }
                });
        Double average = shown.size() == columns.size() ? mean(List.copyOf(shown.values())) : null;
        return new Figures(row.model(), row.reranker(), average, shown);
    }

    private List<String> headings() {
        List<String> headings = new ArrayList<>(List.of("Model", "Reranker", "average"));
        headings.addAll(columns.keySet());
        return headings;
    }

    private static String cell(Figures row, String heading, List<Figures> rows) {
        Double value = value(row, heading);
        boolean best =
                value != null
                        && rows.stream()
                                .map(other -> value(other, heading))
                                .allMatch(other -> other == null || other <= value);
        return best ? "**" + percent(value) + "**" : percent(value);
    }

    private static Double value(Figures row, String heading) {
        return heading.equals("average") ? row.average() : row.columns().get(heading);
    }

    private static String percent(Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, "%.3f", value * 100);
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).sum() / values.size();
    }

    /** For example {@code ndcg_at_10} for {@code ndcg@10}. */
    private static String theirName(String measure) {
        return measure.replaceFirst("^p(?=[@(])", "precision").replace("@", "_at_");
    }
}
