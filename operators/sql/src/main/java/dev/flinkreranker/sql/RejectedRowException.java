package dev.flinkreranker.sql;

import java.io.Serial;

/** A row that cannot be ranked as it stands. The message names the column, in one line. */
final class RejectedRowException extends Exception {

    @Serial private static final long serialVersionUID = 1L;

    RejectedRowException(String message) {
        super(message);
    }
}
