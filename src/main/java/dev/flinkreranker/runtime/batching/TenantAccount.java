package dev.flinkreranker.runtime.batching;

/**
 * How much of the device a tenant has had: work served, in tokens of the device's usual work
 * ({@link TokenRate}), divided by its weight. The round a tenant is in follows from it, and tenants
 * in a lower round go first.
 */
final class TenantAccount {

    private final String tenant;
    private double weight;
    private double served;
    private final TextTokens texts = new TextTokens();
    private final Pace pace = new Pace();
    private int flows;
    private int comings;
    private double seconds;

    TenantAccount(String tenant, double weight, double served) {
        this.tenant = tenant;
        this.weight = weight;
        this.served = served;
    }

    String tenant() {
        return tenant;
    }

    void weigh(double newWeight) {
        weight = newWeight;
    }

    /** A tenant that comes back may be behind the others, but not by more than the credit. */
    void wake(double virtualTime, double credit) {
        served = Math.max(served, virtualTime - credit);
    }

    void charge(double work) {
        served += work / weight;
    }

    double served() {
        return served;
    }

    double weight() {
        return weight;
    }

    /** What it is taken to have been served once it has something to do. */
    double servedAwake(double virtualTime, double credit) {
        return isIdle() ? Math.max(served, virtualTime - credit) : served;
    }

    long round(int turnTokens) {
        return (long) Math.floor(served / turnTokens);
    }

    void opened() {
        flows++;
    }

    void drained() {
        flows--;
        forgetRounding();
    }

    boolean isIdle() {
        return flows == 0;
    }

    /** A pair waits that takes so many seconds on the device, predicted. */
    void queued(double pairSeconds) {
        seconds += pairSeconds;
    }

    /** It waits no more. */
    void taken(double pairSeconds) {
        seconds -= pairSeconds;
    }

    /** Work is on its way here that takes so many seconds on the device, predicted. */
    void comes(double workSeconds) {
        comings++;
        seconds += workSeconds;
    }

    /** It is here, or will not come. */
    void came(double workSeconds) {
        comings--;
        seconds -= workSeconds;
        forgetRounding();
    }

    /** Predicted seconds of all that waits and that is on its way. */
    double seconds() {
        return seconds;
    }

    /** Whether work is on its way here. */
    boolean awaits() {
        return comings > 0;
    }

    /** How much of the device it has had of late. */
    Pace pace() {
        return pace;
    }

    /** How many tokens the tenant's texts have. */
    TextTokens texts() {
        return texts;
    }

    private void forgetRounding() {
        if (flows == 0 && comings == 0) {
            seconds = 0;
        }
    }
}
