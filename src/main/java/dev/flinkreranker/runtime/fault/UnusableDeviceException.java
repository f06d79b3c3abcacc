package dev.flinkreranker.runtime.fault;

import java.io.Serial;

/**
 * A configuration asks for a device that is not there, or for a number format that a device or a
 * model cannot have. Trying again changes nothing.
 */
public final class UnusableDeviceException extends IllegalArgumentException {

    @Serial private static final long serialVersionUID = 1L;

    /**
     * @param message one line: what is wrong and what to take instead
     */
    public UnusableDeviceException(String message) {
        super(message);
    }
}
