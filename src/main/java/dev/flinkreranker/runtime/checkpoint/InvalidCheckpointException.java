package dev.flinkreranker.runtime.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.flinkreranker.runtime.json.JsonFault;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

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

    /** Of a file that should be JSON and cannot be read, or is none. */
    public static InvalidCheckpointException unreadable(Path file, IOException e) {
        // Jackson's decoder throws the latter.
        boolean read = e instanceof JsonProcessingException || e instanceof CharConversionException;
        return new InvalidCheckpointException(
                file
                        + (read
                                ? ": not valid JSON: " + JsonFault.of(e).inFile()
                                : ": cannot be read: " + e.getMessage()),
                e);
    }
}
