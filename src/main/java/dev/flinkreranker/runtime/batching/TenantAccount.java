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
    private int flows;

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

    long round(int turnTokens) {
        return (long) Math.floor(served / turnTokens);
    }

    void opened() {
        flows++;
    }

    void drained() {
        flows--;
    }

    boolean isIdle() {
        return flows == 0;
    }
}
