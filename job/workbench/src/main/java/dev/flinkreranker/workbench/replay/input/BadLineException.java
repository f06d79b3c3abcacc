package dev.flinkreranker.workbench.replay.input;

import java.io.Serial;

/** A line is not what it should be; the message says why, without file and number. */
public final class BadLineException extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    /** With the reason, one line for a person. */
    public BadLineException(String reason) {
        super(reason);
    }
}
