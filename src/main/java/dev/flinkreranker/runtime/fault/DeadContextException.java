package dev.flinkreranker.runtime.fault;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A GPU's context is dead, and with it this process's use of any GPU: neither a new engine nor a
 * task that starts again in it can score. Only another process can.
 */
public final class DeadContextException extends BrokenDeviceException {

    @Serial private static final long serialVersionUID = 1L;

    /**
     * @param message one line: which device, what happened
     * @param cause what the device's library reported, if anything
     */
    public DeadContextException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
