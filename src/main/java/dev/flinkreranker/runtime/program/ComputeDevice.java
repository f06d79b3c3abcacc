package dev.flinkreranker.runtime.program;

import ai.djl.Device;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final Pattern BFLOAT16 = Pattern.compile("\\b(?:avx512_bf16|amx_bf16)\\b");

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
        return !isCpu() || cpuHasBfloat16() ? StoredType.BF16 : StoredType.F32;
    }

    /** Its name, as {@link #named} takes it. */
    @Override
    public String toString() {
        return isCpu() ? "cpu" : "cuda:" + index;
    }

    Device device() {
        return isCpu() ? Device.cpu() : Device.gpu(index);
    }

    private static boolean cpuHasBfloat16() {
        try {
            // Latin 1: the file is ASCII, and a stray byte must not matter.
            String flags = Files.readString(CPU_INFO, StandardCharsets.ISO_8859_1);
            return BFLOAT16.matcher(flags).find();
        } catch (IOException e) {
            return false; // not Linux: nothing is known, so nothing is assumed
        }
    }
}
