package dev.flinkreranker.runtime.fault;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The device ran out of memory in one batch and is fit to go on. The same pairs in smaller batches
 * may succeed.
 */
public class DeviceMemoryException extends RuntimeException {

    @Serial private static final long serialVersionUID = 1L;

    /**
     * @param message one line: which device, what did not fit
     * @param cause what the device's library reported, if anything
     */
    public DeviceMemoryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
