package dev.flinkreranker.runtime.program;

import ai.djl.Device;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where programs run.
 *
 * @param index the GPU's number; -1 for the CPU
 */
public record ComputeDevice(int index) {

    /** The CPU. */
    public static final ComputeDevice CPU = new ComputeDevice(-1);

    private static final Pattern GPU = Pattern.compile("cuda(?::(\\d{1,3}))?");

    /**
     * The device of that name.
     *
     * @param name {@code cpu}, {@code cuda} or {@code cuda:N}
     * @throws IllegalArgumentException for any other name
     */
    public static ComputeDevice named(String name) {
        if (name.equals("cpu")) {
            return CPU;
        }
        Matcher gpu = GPU.matcher(name);
        if (!gpu.matches()) {
            throw new IllegalArgumentException(
                    "device \"" + name + "\" is not known; use cpu, cuda or cuda:N");
        }
        return new ComputeDevice(gpu.group(1) == null ? 0 : Integer.parseInt(gpu.group(1)));
    }

    /** Whether this is the CPU. */
    public boolean isCpu() {
        return index < 0;
    }

    /**
     * The type in which this device computes fastest without harm: bfloat16 on a GPU and on a CPU
     * with instructions for it, otherwise float32. Without those instructions bfloat16 is several
     * times slower; float16 on a CPU always is.
     */
    public StoredType fastType() {
        return !isCpu() || HostProcessor.current().bfloat16() ? StoredType.BF16 : StoredType.F32;
    }

    /** Its name, as {@link #named} takes it. */
    @Override
    public String toString() {
        return isCpu() ? "cpu" : "cuda:" + index;
    }

    Device device() {
        return isCpu() ? Device.cpu() : Device.gpu(index);
    }
}
