package dev.flinkreranker.runtime.program;

import ai.djl.util.cuda.CudaUtils;
import dev.flinkreranker.runtime.fault.DeadContextException;
import dev.flinkreranker.runtime.fault.UnusableDeviceException;
import java.lang.management.MemoryUsage;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a GPU says it can do, as far as programs are run otherwise for it.
 *
 * @param capability compute capability, ten times: 75 for 7.5
 */
public record Gpu(int capability) {

    /** The first that multiplies bfloat16, and has the fast kernel of attention. */
    private static final int AMPERE = 80;

    /** Held by the call that launches on a device. */
    private static final Map<ComputeDevice, ReentrantLock> LAUNCHING = new ConcurrentHashMap<>();

    /** What was said when this process lost a GPU: its context stays dead. */
    private static final Map<ComputeDevice, DeadContextException> LOST = new ConcurrentHashMap<>();

    /**
     * The lock under which a batch is launched on a GPU. In turn, so that batches end as they
     * began; and one at a time, so that the memory of one is given back before the next takes its
     * own: on one stream the next uses it only when the former has.
     */
    static ReentrantLock launching(ComputeDevice device) {
        return LAUNCHING.computeIfAbsent(device, any -> new ReentrantLock(true));
    }

    /** Remembers that this process has lost a GPU. */
    static DeadContextException lost(ComputeDevice device, DeadContextException failure) {
        LOST.putIfAbsent(device, failure);
        return failure;
    }

    /**
     * The GPU that a device names.
     *
     * @throws UnusableDeviceException if programs cannot run on it; one line that says why
     * @throws DeadContextException if this process has lost it
     */
    static Gpu at(ComputeDevice device) {
        DeadContextException lost = LOST.get(device);
        if (lost != null) {
            throw new DeadContextException(
                    "this process has lost its GPU: " + lost.getMessage(), lost);
        }
        boolean library = LibTorch.isForGpus();
        int count = library ? CudaUtils.getGpuCount() : 0;
        checkPresent(device, library, count);
        return new Gpu(Integer.parseInt(CudaUtils.getComputeCapability(device.index())));
    }

    static void checkPresent(ComputeDevice device, boolean library, int count) {
        if (!library) {
            throw new UnusableDeviceException(
                    "device "
                            + device
                            + " needs libtorch for CUDA, but the one here is for CPUs; take device"
                            + " cpu, or the image for GPUs");
        }
        if (device.index() >= count) {
            throw new UnusableDeviceException(
                    "device %s is not there: this process sees %s"
                            .formatted(
                                    device,
                                    count == 0
                                            ? "no GPU"
                                            : count == 1
                                                    ? "one GPU, cuda:0"
                                                    : "GPUs cuda:0 to cuda:" + (count - 1)));
        }
    }

    /** Bytes that are free on a device; empty where nobody knows. */
    static OptionalLong free(ComputeDevice device) {
        MemoryUsage memory = CudaUtils.getGpuMemory(device.device());
        return OptionalLong.of(memory.getMax() - memory.getUsed());
    }

    /** Bytes that all processes have taken on a device. */
    static OptionalLong used(ComputeDevice device) {
        return OptionalLong.of(CudaUtils.getGpuMemory(device.device()).getUsed());
    }

    /** Whether it multiplies bfloat16. */
    public boolean bfloat16() {
        return capability >= AMPERE;
    }

    /** Whether it has the kernel of attention for 16-bit formats. */
    boolean flash() {
        return capability >= AMPERE;
    }

    /** Its compute capability as NVIDIA writes it. */
    @Override
    public String toString() {
        return capability / 10 + "." + capability % 10;
    }
}
