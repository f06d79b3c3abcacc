package dev.flinkreranker.workbench.clicks;

import dev.flinkreranker.workbench.clicks.ClickCounts.Seeing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A rank at which something was shown.
 *
 * @param rank from 1
 * @param examination how likely what stands there is looked at, where 1 is the most examined rank;
 *     NaN where it cannot be told
 * @param views of all documents there
 * @param clicks of all documents there
 */
record ExaminedRank(int rank, double examination, long views, long clicks) {

    /** Whether its examination can be compared with that of the others. */
    boolean isLinked() {
        return !Double.isNaN(examination);
    }

    /** All ranks, ascending. */
    static List<ExaminedRank> of(PositionBasedModel model, List<Seeing> seen) {
        Map<Integer, long[]> counts = new TreeMap<>();
        for (Seeing document : seen) {
            for (RankClicks cell : document.ranks()) {
                long[] sums = counts.computeIfAbsent(cell.rank(), rank -> new long[2]);
                sums[0] += cell.views();
                sums[1] += cell.clicks();
            }
        }
        List<ExaminedRank> ranks = new ArrayList<>();
        counts.forEach(
                (rank, sums) ->
                        ranks.add(
                                new ExaminedRank(
                                        rank,
                                        model.examination().getOrDefault(rank, Double.NaN),
                                        sums[0],
                                        sums[1])));
        return List.copyOf(ranks);
    }
}
