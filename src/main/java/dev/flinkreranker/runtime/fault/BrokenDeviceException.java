package dev.flinkreranker.runtime.fault;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The device's context is dead (for a GPU: a device-side assert, an illegal address, a lost bus).
 * Nothing will be scored on it again in this process, so whoever waits for it must fail and be
 * restarted elsewhere.
 */
public class BrokenDeviceException extends RuntimeException {

    @Serial private static final long serialVersionUID = 1L;

    /**
     * @param message one line: which device, what happened
     * @param cause what the device's library reported, if anything
     */
    public BrokenDeviceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
