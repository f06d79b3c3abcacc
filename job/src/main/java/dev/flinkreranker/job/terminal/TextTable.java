package dev.flinkreranker.job.terminal;

import java.util.ArrayList;
import java.util.List;

/** A table of text whose columns line up; the first column flush left, numbers flush right. */
public final class TextTable {

    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    /** A table with a header. */
    public TextTable(String... header) {
        rows.add(List.of(header));
    }

    /** Adds a row, which must have as many cells as the header. */
    public TextTable row(String... cells) {
        if (cells.length != rows.get(0).size()) {
            throw new IllegalArgumentException(
                    "a row of %d cells under %d headings"
                            .formatted(cells.length, rows.get(0).size()));
        }
        rows.add(List.of(cells));
        return this;
    }

    /** The lines, without trailing blanks, each ended by a line feed. */
    @Override
    public String toString() {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        boolean[] numeric = new boolean[columns];
        for (int column = 0; column < columns; column++) {
            numeric[column] = column > 0 && rows.size() > 1;
            for (int row = 0; row < rows.size(); row++) {
                String cell = rows.get(row).get(column);
                widths[column] = Math.max(widths[column], cell.codePointCount(0, cell.length()));
                numeric[column] &= row == 0 || isNumber(cell);
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < columns; column++) {
                String cell = row.get(column);
                String pad = " ".repeat(widths[column] - cell.codePointCount(0, cell.length()));
                line.append(column == 0 ? "" : GAP);
                line.append(numeric[column] ? pad + cell : cell + pad);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static boolean isNumber(String cell) {
        return cell.isEmpty() || cell.equals("NaN") || cell.matches("[-+]?[0-9][0-9., ]*%?");
    }
}
