package dev.flinkreranker.runtime.batching;

/** Work that is on its way to a {@link MicroBatcher}, and counts there until it has come. */
public final class Coming {

    private final TenantAccount account;
    private final double seconds;
    private final long estimate;
    private boolean over;

    /**
     * @param seconds that it takes on the device, predicted
     * @param estimate its tokens, before anything of them is known
     */
    Coming(TenantAccount account, double seconds, long estimate) {
        this.account = account;
        this.seconds = seconds;
        this.estimate = estimate;
        account.comes(seconds);
    }

    /** It has come, with that many tokens; 0 for work that does not come. Counts once. */
    void came(long tokens) {
        if (!over) {
            over = true;
            account.came(seconds);
            account.texts().observe(estimate, tokens);
        }
    }
}
