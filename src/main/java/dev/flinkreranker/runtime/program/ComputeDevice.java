package dev.flinkreranker.runtime.program;

import ai.djl.Device;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import java.util.OptionalLong;
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

    private static final Pattern CPUS = Pattern.compile("cpu(?::(?:0|[1-9]\\d{0,2}))?");
    private static final Pattern GPU = Pattern.compile("cuda(?::(0|[1-9]\\d{0,2}))?");

    /**
     * The device of that name.
     *
     * @param name {@code cpu}, {@code cuda}, {@code cuda:N}, or {@code cpu:N}, one of several that
     *     share the CPU
     * @throws IllegalArgumentException for any other name
     */
    public static ComputeDevice named(String name) {
        if (CPUS.matcher(name).matches()) {
            return CPU;
        }
        Matcher gpu = GPU.matcher(name);
        if (!gpu.matches()) {
            throw new IllegalArgumentException(
                    "device \"" + name + "\" is not known; use cpu, cuda, cpu:N or cuda:N");
        }
        return new ComputeDevice(gpu.group(1) == null ? 0 : Integer.parseInt(gpu.group(1)));
    }

    /** Whether this is the CPU. */
    public boolean isCpu() {
        return index < 0;
    }

    /**
     * Whether a score has the same bits in any batch: on a CPU, by all that {@link ExecutionPlan}
     * does for it; not on a GPU, whose library chooses its kernels by the number of rows. What
     * rests on it: the score cache, and that a replay's results are the stream's byte for byte.
     */
    public boolean sameBitsInAnyBatch() {
        return isCpu();
    }

    /**
     * How many batches it has under way at best: one on a CPU, which computes while a call runs;
     * two on a GPU, so that the next is launched while one runs.
     */
    public int batchesAtOnce() {
        return isCpu() ? 1 : 2;
    }

    /**
     * The type in which this device computes fastest without harm: bfloat16 if it has instructions
     * for it; else float16 on a GPU, for a model that stays within its range; else float32. Without
     * those instructions bfloat16 is several times slower; float16 on a CPU always is.
     *
     * @param float16 whether the model stays within float16's range
     * @throws IllegalArgumentException if it is a GPU that is not there
     */
    public StoredType fastType(boolean float16) {
        return isCpu()
                ? HostProcessor.current().bfloat16() ? StoredType.BF16 : StoredType.F32
                : fastType(float16, Gpu.at(this));
    }

    static StoredType fastType(boolean float16, Gpu gpu) {
        return gpu.bfloat16() ? StoredType.BF16 : float16 ? StoredType.F16 : StoredType.F32;
    }

    /** Bytes that are free on a GPU; empty on a CPU, whose memory others share. */
    public OptionalLong freeMemory() {
        return isCpu() ? OptionalLong.empty() : Gpu.free(this);
    }

    /** Bytes that all processes have taken on a GPU; empty on a CPU. */
    public OptionalLong usedMemory() {
        return isCpu() ? OptionalLong.empty() : Gpu.used(this);
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
