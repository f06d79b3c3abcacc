package dev.flinkreranker.workbench.replay.outcome;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Percentiles of times, true to one percent, in constant memory. */
final class TimeBins {
    private static final double GROWTH = Math.log(1.01);

    private final TreeMap<Integer, Long> counts = new TreeMap<>();
    private long total;

    void add(long nanos) {
        int bin = (int) Math.ceil(Math.log(Math.max(1, nanos)) / GROWTH);
        counts.merge(bin, 1L, Long::sum);
        total++;
    }

    /** The time in milliseconds that the share of all stays within; null when there are none. */
    @Nullable Double percentileMillis(double share) {
        if (total == 0) {
            return null;
        }
        long wanted = (long) Math.ceil(share * total);
        long seen = 0;
        for (Map.Entry<Integer, Long> bin : counts.entrySet()) {
            seen += bin.getValue();
            if (seen >= wanted) {
                return Math.exp(bin.getKey() * GROWTH) / 1e6;
            }
        }
        throw new IllegalStateException("the bins hold fewer than were counted");
    }
}
