package dev.flinkreranker.runtime.batching;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * How much of the device a tenant has had: work served, in tokens of the device's usual work
 * ({@link TokenRate}), divided by its weight. The round a tenant is in is the one in which its most
 * urgent request will have been served, and tenants in a lower round go first.
 */
final class TenantAccount {

    private final String tenant;
    private double weight;
    private double served;
    private final TextTokens texts = new TextTokens();
    private final Pace pace = new Pace();
    private final Map<PairGroup<?, ?>, WaitingRequest> requests = new IdentityHashMap<>();
    private final TreeSet<WaitingRequest> byUrgency = new TreeSet<>();
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

    /** What it had been served when its most urgent request began. */
    double servedAtStart() {
        return byUrgency.isEmpty() ? served : served - byUrgency.first().begun() / weight;
    }

    /**
     * It stays the same while a request is served, so what has begun is not interrupted by equals.
     */
    long round(int turnTokens) {
        double first = byUrgency.isEmpty() ? 0 : byUrgency.first().waiting() / weight;
        return (long) Math.floor((served + first) / turnTokens);
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

    /** A pair waits. */
    void queued(QueuedPair<?, ?> pair) {
        WaitingRequest request = requests.get(pair.group());
        if (request == null) {
            request = new WaitingRequest(pair);
            requests.put(pair.group(), request);
            byUrgency.add(request);
        }
        request.add(pair);
        seconds += pair.seconds();
    }

    /** It waits no more. */
    void taken(QueuedPair<?, ?> pair) {
        WaitingRequest request = requests.get(pair.group());
        request.remove(pair);
        if (request.isEmpty()) {
            requests.remove(pair.group());
            byUrgency.remove(request);
        }
        seconds -= pair.seconds();
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
