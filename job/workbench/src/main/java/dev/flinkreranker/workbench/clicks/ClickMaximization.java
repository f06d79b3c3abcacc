package dev.flinkreranker.workbench.clicks;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The steps of {@link PositionBasedModel}, until no estimate moves any more. Every sum runs in the
 * order of the documents, so that the same input gives the same bits.
 *
 * @param examination by rank
 * @param relevance of each document
 */
record ClickMaximization(Map<Integer, Double> examination, double[] relevance) {
    private static final double START = 0.5;
    private static final double PRECISION = 1e-7;
    private static final int MAX_STEPS = 20_000;

    static ClickMaximization run(List<List<RankClicks>> documents) {
        Map<Integer, Integer> rows = new TreeMap<>();
        documents.forEach(d -> d.forEach(c -> rows.put(c.rank(), 0)));
        int row = 0;
        for (Map.Entry<Integer, Integer> entry : rows.entrySet()) {
            entry.setValue(row++);
        }
        double[] examination = new double[rows.size()];
        double[] relevance = new double[documents.size()];
        Arrays.fill(examination, START);
        Arrays.fill(relevance, START);
        double moved = 1;
        for (int step = 0; step < MAX_STEPS && moved > PRECISION; step++) {
            moved = step(documents, rows, examination, relevance);
        }
        Map<Integer, Double> byRank = new TreeMap<>();
        rows.forEach((rank, index) -> byRank.put(rank, examination[index]));
        return new ClickMaximization(byRank, relevance);
    }

    /** One step in place; the largest change of an estimate. */
    private static double step(
            List<List<RankClicks>> documents,
            Map<Integer, Integer> rows,
            double[] examination,
            double[] relevance) {
        double moved = 0;
        double[] examined = new double[examination.length];
        double[] shown = new double[examination.length];
        for (int i = 0; i < relevance.length; i++) {
            double attracted = 0;
            double views = 0;
            for (RankClicks cell : documents.get(i)) {
                int row = rows.get(cell.rank());
                double e = examination[row];
                double a = relevance[i];
                double passed = cell.views() - cell.clicks();
                // Without a passed view the last factor is 0 / 0 when both estimates are 1.
                double share = passed == 0 ? 0 : passed / (1 - e * a);
                attracted += cell.clicks() + share * a * (1 - e);
                examined[row] += cell.clicks() + share * e * (1 - a);
                views += cell.views();
                shown[row] += cell.views();
            }
            if (views > 0) {
                moved = Math.max(moved, Math.abs(attracted / views - relevance[i]));
                relevance[i] = attracted / views;
            }
        }
        for (int row = 0; row < examination.length; row++) {
            moved = Math.max(moved, Math.abs(examined[row] / shown[row] - examination[row]));
            examination[row] = examined[row] / shown[row];
        }
        return moved;
    }
}
