package dev.flinkreranker.workbench.replay.outcome;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Keeps the requests that changed most; of equal ones, the earlier in the log. */
final class MostChanged {
    private static final Comparator<KeptRequest> LEAST_FIRST =
            Comparator.comparingDouble(KeptRequest::change)
                    .thenComparing(
                            Comparator.comparingInt(KeptRequest::file)
                                    .thenComparingLong(KeptRequest::line)
                                    .reversed());

    private final int most;
    private final PriorityQueue<KeptRequest> kept = new PriorityQueue<>(LEAST_FIRST);

    MostChanged(int most) {
        this.most = most;
    }

    void add(KeptRequest request) {
        kept.add(request);
        if (kept.size() > most) {
            kept.poll();
        }
    }

    /** The kept ones, the most changed first. */
    List<KeptRequest> list() {
        List<KeptRequest> list = new ArrayList<>(kept);
        list.sort(LEAST_FIRST.reversed());
        return list;
    }
}
