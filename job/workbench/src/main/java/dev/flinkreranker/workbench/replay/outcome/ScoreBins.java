package dev.flinkreranker.workbench.replay.outcome;

import dev.flinkreranker.workbench.report.ReportData.Histogram;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts values in narrow bins wherever they lie, and shows them in a few wide ones. */
final class ScoreBins {
    private static final double WIDTH = 1.0 / 64;
    private static final int SHOWN = 48;

    /** Beyond this many narrow bins from zero (a score of 16384) values share the outermost. */
    private static final int FURTHEST = 1 << 20;

    private final TreeMap<Integer, Long> counts = new TreeMap<>();

    void add(double value) {
        int bin = (int) Math.max(-FURTHEST, Math.min(FURTHEST, Math.floor(value / WIDTH)));
        counts.merge(bin, 1L, Long::sum);
    }

    /** At most 48 bins from the lowest value to the highest; null when nothing was counted. */
    @Nullable Histogram histogram() {
        if (counts.isEmpty()) {
            return null;
        }
        int first = counts.firstKey();
        int span = counts.lastKey() - first + 1;
        int narrowPerWide = (span + SHOWN - 1) / SHOWN;
        List<Long> shown =
                new ArrayList<>(
                        Collections.nCopies((span + narrowPerWide - 1) / narrowPerWide, 0L));
        counts.forEach(
                (bin, count) -> {
                    int wide = (bin - first) / narrowPerWide;
                    shown.set(wide, shown.get(wide) + count);
                });
        return new Histogram(first * WIDTH, narrowPerWide * WIDTH, shown);
    }
}
