package dev.flinkreranker.workbench.clicks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The ranks whose examination can be compared: two are linked where a document that was clicked
 * stood at both, directly or over others.
 */
final class LinkedRanks {
    private final Map<Integer, Integer> parents = new HashMap<>();

    private LinkedRanks() {}

    /** The ranks linked to the most viewed one, itself included; empty when nothing was seen. */
    static SortedSet<Integer> of(List<List<RankClicks>> documents) {
        LinkedRanks links = new LinkedRanks();
        Map<Integer, Long> views = new TreeMap<>();
        for (List<RankClicks> seen : documents) {
            boolean clicked = seen.stream().anyMatch(cell -> cell.clicks() > 0);
            for (RankClicks cell : seen) {
                views.merge(cell.rank(), cell.views(), Long::sum);
                if (clicked) {
                    links.parents.put(links.root(seen.get(0).rank()), links.root(cell.rank()));
                }
            }
        }
        SortedSet<Integer> linked = new TreeSet<>(views.keySet());
        views.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(most -> links.root(most.getKey()))
                .ifPresent(root -> linked.removeIf(rank -> links.root(rank) != root));
        return linked;
    }

    private int root(int rank) {
        int root = rank;
        while (parents.getOrDefault(root, root) != root) {
            root = parents.get(root);
        }
        return root;
    }
}
