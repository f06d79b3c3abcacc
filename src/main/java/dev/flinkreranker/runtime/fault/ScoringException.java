package dev.flinkreranker.runtime.fault;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * This batch could not be scored, for a reason of one of its pairs or by chance; the device is fit
 * to go on. The batcher retries, then isolates the pair that is to blame.
 */
public class ScoringException extends RuntimeException {

    @Serial private static final long serialVersionUID = 1L;

    /**
     * @param message one line for a person: what could not be scored, and why
     * @param cause what the model's library reported, if anything
     */
    public ScoringException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * @param message one line for a person: what could not be scored, and why
     */
    public ScoringException(String message) {
        this(message, null);
    }
}
