package dev.flinkreranker.workbench.replay.scoring;

import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The distinct pairs of a block for one pass, and the batches they are scored in. Both follow from
 * the block alone.
 */
final class PairBatch {
    /** A distinct pair and what became of it. */
    static final class Slot {
        final TokenizedPair pair;
        int uses;
        float @Nullable [] logits;
        @Nullable String failure;
        long flops;
        long deviceNanos;

        Slot(TokenizedPair pair) {
            this.pair = pair;
        }

        /** This use's share of the time on the device. */
        double nanosPerUse() {
            return (double) deviceNanos / uses;
        }
    }

    private record Key(long[] ids, int queryLength, int promptLength) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key
                    && queryLength == key.queryLength
                    && promptLength == key.promptLength
                    && Arrays.equals(ids, key.ids);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(ids);
        }
    }

    private final Map<Key, Slot> slots = new HashMap<>();
    private final List<Slot> inOrder = new ArrayList<>();

    /** The slot of a pair; equal pairs share one. */
    Slot add(TokenizedPair pair) {
        Slot slot =
                slots.computeIfAbsent(
                        new Key(pair.ids(), pair.queryLength(), pair.promptLength()),
                        key -> {
                            Slot fresh = new Slot(pair);
                            inOrder.add(fresh);
                            return fresh;
                        });
        slot.uses++;
        return slot;
    }

    /**
     * Batches of pairs close in length, longest first, each of at most {@code tokens} with its
     * padding, or of one pair.
     */
    List<List<Slot>> batches(int tokens) {
        List<Slot> sorted = new ArrayList<>(inOrder);
        // A stable sort: equal lengths stay in the order of the log.
        sorted.sort(Comparator.comparingInt((Slot slot) -> -slot.pair.length()));
        List<List<Slot>> batches = new ArrayList<>();
        int from = 0;
        while (from < sorted.size()) {
            int most = Math.max(1, tokens / Math.max(1, sorted.get(from).pair.length()));
            int to = Math.min(sorted.size(), from + most);
            batches.add(sorted.subList(from, to));
            from = to;
        }
        return batches;
    }
}
