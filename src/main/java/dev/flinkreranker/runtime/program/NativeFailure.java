package dev.flinkreranker.runtime.program;

import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import dev.flinkreranker.runtime.fault.DeadContextException;
import dev.flinkreranker.runtime.fault.DeviceMemoryException;
import dev.flinkreranker.runtime.fault.ScoringException;
import java.util.Locale;
import java.util.regex.Pattern;

/** Tells the three faults of a device apart by what the native library says. */
final class NativeFailure {

    /**
     * {@code CUDA out of memory} and {@code CUBLAS_STATUS_ALLOC_FAILED} on a GPU; {@code
     * DefaultCPUAllocator: can't allocate memory} and {@code not enough memory} on a CPU; {@code
     * Cannot allocate memory} where a file cannot be mapped.
     */
    private static final Pattern MEMORY =
            Pattern.compile(
                    "out of memory|can(?:'t|not) allocate memory|not enough memory|alloc_failed"
                            + "|bad_alloc");

    /** After any of these the CUDA context answers every call with the same error. */
    private static final Pattern BROKEN =
            Pattern.compile(
                    "device-side assert|cuda error|cuda driver error|cublas_status_|cudnn_status_"
                            + "|illegal memory access|unspecified launch failure");

    /** What TorchScript puts before and around the error itself. */
    private static final Pattern ENVELOPE =
            Pattern.compile(
                    "^(?:The following operation failed in the TorchScript interpreter\\."
                            + "|Traceback of TorchScript.*|\\s.*|)$");

    private NativeFailure() {}

    /** The fault, with the library's first useful line. */
    static RuntimeException translate(ComputeDevice device, RuntimeException failure) {
        String text = String.valueOf(failure.getMessage());
        String lower = text.toLowerCase(Locale.ROOT);
        String message = device + ": " + firstUsefulLine(text);
        if (MEMORY.matcher(lower).find()) {
            return new DeviceMemoryException(message, failure);
        }
        if (BROKEN.matcher(lower).find()) {
            return device.isCpu()
                    ? new BrokenDeviceException(message, failure)
                    : Gpu.lost(device, new DeadContextException(message, failure));
        }
        return new ScoringException(message, failure);
    }

    private static String firstUsefulLine(String text) {
        return text.lines()
                .filter(line -> !ENVELOPE.matcher(line).matches())
                .findFirst()
                .orElse(text.strip());
    }
}
