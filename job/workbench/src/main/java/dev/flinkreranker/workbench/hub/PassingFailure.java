package dev.flinkreranker.workbench.hub;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A failure that may be gone at the next attempt: a cut connection, a busy Hub. */
final class PassingFailure extends IOException {

    private static final long serialVersionUID = 1;

    private final @Nullable Duration retryAfter;

    PassingFailure(String message) {
        this(message, null, null);
    }

    /**
     * @param cause what failed; null when the Hub answered
     * @param retryAfter when the Hub wants to be asked again; null when it does not say
     */
    PassingFailure(String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        super(message, cause);
        this.retryAfter = retryAfter;
    }

    @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
