package dev.flinkreranker.runtime.batching;

/** How many tokens a tenant's texts have, learned from those that were tokenized of late. */
final class TextTokens {

    /** Weight of a request after another one: about the last ten count. */
    private static final double FORGET = 0.9;

    private double estimated;
    private double actual;

    /** A request was estimated at so many tokens, and had so many; 0 for one that had none. */
    void observe(long estimate, long tokens) {
        if (estimate > 0 && tokens > 0) {
            estimated = FORGET * estimated + estimate;
            actual = FORGET * actual + tokens;
        }
    }

    /** The estimate, as the latest ones turned out. */
    double of(long estimate) {
        return estimated == 0 ? estimate : estimate * actual / estimated;
    }
}
