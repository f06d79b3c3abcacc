package dev.flinkreranker.workbench.scoring;

import java.io.Serial;

/** An input line that cannot be scored. The message names the input, the line and the reason. */
final class BadPairException extends RuntimeException {

    @Serial private static final long serialVersionUID = 1L;

    BadPairException(String input, long line, String reason) {
        super("%s, line %d: %s".formatted(input, line, reason));
    }
}
