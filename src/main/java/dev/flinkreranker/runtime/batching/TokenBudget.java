package dev.flinkreranker.runtime.batching;

/**
 * A profile's token budget: lowered when the device runs out of memory. It creeps back to the size
 * that did not fit; once that fits, memory was short only for a while, and the budget doubles.
 */
final class TokenBudget {

    /** Full batches in a row that must succeed before the budget grows. */
    static final int RECOVERY_BATCHES = 16;

    private final int max;
    private int current;
    private int successes;

    /** Tokens of the smallest batch that did not fit lately. */
    private int tooLarge;

    TokenBudget(int max) {
        this.max = max;
        this.current = max;
    }

    int current() {
        return current;
    }

    /** A batch of that many tokens did not fit. */
    void exceeded(int tokens) {
        tooLarge = tokens;
        current = Math.max(1, Math.min(current, tokens / 2));
        successes = 0;
    }

    /** A batch of that many tokens fitted. Batches far below the budget say nothing about it. */
    void fitted(int tokens) {
        if (current == max || tokens < current / 2) {
            return;
        }
        if (++successes >= RECOVERY_BATCHES) {
            long step = current < tooLarge ? Math.max(1, current / 8) : current;
            current = (int) Math.min(max, current + step);
            successes = 0;
        }
    }
}
