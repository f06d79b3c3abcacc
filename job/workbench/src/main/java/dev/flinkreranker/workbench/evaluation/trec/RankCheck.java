package dev.flinkreranker.workbench.evaluation.trec;

import java.util.HashMap;
import java.util.Map;

/** Looks at a column of numbers, line by line: may they be ranks, may they be scores? */
final class RankCheck {

    private final Map<String, Double> last = new HashMap<>();
    private boolean counts = true;
    private boolean falls = true;
    private boolean whole = true;

    void add(String query, String field) {
        Double number = RunLayout.number(field);
        if (number == null) {
            counts = false;
            return;
        }
        Double before = last.put(query, number);
        counts &= before == null ? number == 0 || number == 1 : number == before + 1;
        falls &= before == null || number <= before;
        whole &= number == Math.rint(number);
    }

    /** Whether the numbers of every query count up by one from 0 or 1. */
    boolean areRanks() {
        return counts;
    }

    /** Whether they never rise within a query, or are not whole: no ranks look so. */
    boolean areScores() {
        return falls || !whole;
    }
}
