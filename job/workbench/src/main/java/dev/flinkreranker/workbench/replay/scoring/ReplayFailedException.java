package dev.flinkreranker.workbench.replay.scoring;

import java.io.Serial;

/** The job of a replay failed; the same command goes on from its latest checkpoint. */
public final class ReplayFailedException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    /** With the innermost reason as message. */
    public ReplayFailedException(Throwable cause) {
        super(reason(cause), cause);
    }

    private static String reason(Throwable cause) {
        Throwable innermost = cause;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        String message = innermost.getMessage();
        return message == null ? innermost.getClass().getSimpleName() : message;
    }
}
