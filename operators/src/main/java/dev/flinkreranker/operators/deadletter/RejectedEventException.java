package dev.flinkreranker.operators.deadletter;

import java.io.Serial;

/** An event that cannot be processed, for a reason of its own. Becomes a {@link DeadLetter}. */
public class RejectedEventException extends Exception {

    @Serial private static final long serialVersionUID = 1L;

    private final ReasonCode reason;
    private final String requestId;
    private final String tenant;

    /**
     * @param reason the code
     * @param message one line for a person: which field, what is wrong, what is allowed
     */
    public RejectedEventException(ReasonCode reason, String message) {
        this(reason, message, null, null);
    }

    private RejectedEventException(
            ReasonCode reason, String message, String requestId, String tenant) {
        // No stack trace: it is data about an event, made for every bad one.
        super(message, null, false, false);
        this.reason = reason;
        this.requestId = requestId;
        this.tenant = tenant;
    }

    /** The same rejection, of a request whose id and tenant are known. */
    public RejectedEventException of(String knownRequestId, String knownTenant) {
        return new RejectedEventException(reason, getMessage(), knownRequestId, knownTenant);
    }

    /** The code. */
    public ReasonCode reason() {
        return reason;
    }

    /** The request's id; null when the event could not be read that far. */
    public String requestId() {
        return requestId;
    }

    /** The tenant; null when the event could not be read that far. */
    public String tenant() {
        return tenant;
    }
}
