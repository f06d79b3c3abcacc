package dev.flinkreranker.runtime.batching;

/**
 * How long a token takes on the device, over all profiles and of late. It turns a pair's expected
 * seconds into tokens of the device's usual work, the unit in which tenants take turns: so a tenant
 * pays for time, and a round stays about as long as its tokens say.
 */
final class TokenRate {

    /** Weight of a batch after another one: slow, since turns are counted in this unit. */
    private static final double FORGET = 0.999;

    private double seconds;
    private double tokens;

    /** Learns that a batch took that long. Nonsense is ignored. */
    void observe(int batchTokens, double batchSeconds) {
        if (batchSeconds > 0 && !Double.isInfinite(batchSeconds)) {
            seconds = FORGET * seconds + batchSeconds;
            tokens = FORGET * tokens + batchTokens;
        }
    }

    /** Seconds that so many tokens of usual work take; 0 before anything was seen. */
    double secondsOf(double work) {
        return tokens == 0 ? 0 : work * seconds / tokens;
    }

    /** Tokens of usual work that fit into that time; 0 before anything was seen. */
    double tokensIn(double time) {
        return seconds == 0 ? 0 : time * tokens / seconds;
    }
}
