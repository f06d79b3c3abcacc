package dev.flinkreranker.operators.deadletter;

import java.io.Serial;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/** An event that cannot be processed, for a reason of its own. Becomes a {@link DeadLetter}. */
@Internal
public class RejectedEventException extends Exception {

    @Serial private static final long serialVersionUID = 1L;

    private final ReasonCode reason;
    private final @Nullable String requestId;
    private final @Nullable String tenant;

    /**
     * @param reason the code
     * @param message one line for a person: which field, what is wrong, what is allowed
     */
    public RejectedEventException(ReasonCode reason, String message) {
        this(reason, message, null, null);
    }

    private RejectedEventException(
            ReasonCode reason,
            String message,
            @Nullable String requestId,
            @Nullable String tenant) {
        // No stack trace: it is data about an event, made for every bad one.
        super(message, null, false, false);
        this.reason = reason;
        this.requestId = requestId;
        this.tenant = tenant;
    }

    /** The same rejection, with as much as is known of the request. */
    public RejectedEventException of(@Nullable String knownRequestId, String knownTenant) {
        return new RejectedEventException(reason, getMessage(), knownRequestId, knownTenant);
    }

    /** The code. */
    public ReasonCode reason() {
        return reason;
    }

    /** The request's id, unless the event could not be read that far. */
    public @Nullable String requestId() {
        return requestId;
    }

    /** The tenant, unless the event could not be read that far. */
    public @Nullable String tenant() {
        return tenant;
    }
}
