package dev.flinkreranker.runtime.batching;

/**
 * One request's place in an {@link AdmissionQueue}.
 *
 * @param <R> the request
 */
public final class Ticket<R> {

    /** Bytes of text, two for a character, that usually make a token. */
    private static final int BYTES_PER_TOKEN = 8;

    private final R request;
    private final String tenant;
    private final double weight;
    private final int tenantLimit;
    private final long deadline;
    private final int pairs;
    private final long bytes;
    private final double tokenCost;
    private final boolean goesOn;

    private long tokens;
    private long sequence;
    private State state = State.NEW;

    enum State {
        NEW,
        WAITING,
        ADMITTED,
        GONE
    }

    /**
     * @param request handed back when it is admitted
     * @param tenant who pays
     * @param weight the tenant's share relative to others, above 0
     * @param tenantLimit most pairs the tenant may have under way; a request larger than that is
     *     admitted when the tenant has nothing else under way
     * @param deadline when it stops being wanted, in any unit; earlier goes first within a tenant
     * @param pairs its pairs, at least 1
     * @param bytes its text in bytes, two for a character
     * @param tokenCost what one of its tokens costs, in tokens of the device's usual work, above 0
     * @param goesOn whether it goes on with a request that was admitted before
     */
    public Ticket(
            R request,
            String tenant,
            double weight,
            int tenantLimit,
            long deadline,
            int pairs,
            long bytes,
            double tokenCost,
            boolean goesOn) {
        this.request = request;
        this.tenant = tenant;
        this.weight = weight;
        this.tenantLimit = tenantLimit;
        this.deadline = deadline;
        this.pairs = pairs;
        this.bytes = bytes;
        this.tokenCost = tokenCost;
        this.goesOn = goesOn;
        this.tokens = estimate(pairs, bytes);
    }

    /** About how many tokens that many pairs of so many bytes of text have. */
    public static long estimate(int pairs, long bytes) {
        return pairs + bytes / BYTES_PER_TOKEN;
    }

    /** The request. */
    public R request() {
        return request;
    }

    String tenant() {
        return tenant;
    }

    double weight() {
        return weight;
    }

    int tenantLimit() {
        return tenantLimit;
    }

    long deadline() {
        return deadline;
    }

    int pairs() {
        return pairs;
    }

    long bytes() {
        return bytes;
    }

    /** Its tokens: an estimate until {@link #weighed}. */
    long tokens() {
        return tokens;
    }

    boolean goesOn() {
        return goesOn;
    }

    /** What it costs on the device, in tokens of usual work. */
    double work() {
        return tokens * tokenCost;
    }

    void weighed(long actual) {
        tokens = actual;
    }

    long sequence() {
        return sequence;
    }

    State state() {
        return state;
    }

    void enqueued(long newSequence) {
        sequence = newSequence;
        state = State.WAITING;
    }

    void admitted() {
        state = State.ADMITTED;
    }

    void gone() {
        state = State.GONE;
    }
}
