package dev.flinkreranker.runtime.batching;

/** A profile's token budget: lowered when the device runs out of memory, recovered slowly. */
final class TokenBudget {

    /** Full batches in a row that must succeed before the budget grows by an eighth. */
    static final int RECOVERY_BATCHES = 16;

    private final int max;
    private int current;
    private int successes;

    TokenBudget(int max) {
        this.max = max;
        this.current = max;
    }

    int current() {
        return current;
    }

    /** A batch of that many tokens did not fit. */
    void exceeded(int tokens) {
        current = Math.max(1, Math.min(current, tokens / 2));
        successes = 0;
    }

    /** A batch of that many tokens fitted. Batches far below the budget say nothing about it. */
    void fitted(int tokens) {
        if (current == max || tokens < current / 2) {
            return;
        }
        if (++successes >= RECOVERY_BATCHES) {
            current = (int) Math.min(max, current + Math.max(1L, current / 8));
            successes = 0;
        }
    }
}
