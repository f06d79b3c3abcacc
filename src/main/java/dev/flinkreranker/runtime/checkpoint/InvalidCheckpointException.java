package dev.flinkreranker.runtime.checkpoint;

import java.io.Serial;

/**
 * A checkpoint that cannot be used as it is. The message is one line for a person: it names the
 * file, the tensor or field in it, and what is wrong.
 */
public class InvalidCheckpointException extends RuntimeException {

    @Serial private static final long serialVersionUID = 1L;

    /**
     * @param message one line: file, tensor or field, what is wrong
     */
    public InvalidCheckpointException(String message) {
        super(message);
    }

    /**
     * @param message one line: file, tensor or field, what is wrong
     * @param cause what the file's reader said
     */
    public InvalidCheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
