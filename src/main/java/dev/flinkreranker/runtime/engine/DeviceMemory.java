package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.program.ComputeDevice;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Memory of a device, as its system tells it now.
 *
 * @param used bytes that are taken: of a GPU by all processes, of the CPU's by this one; empty
 *     where nobody knows
 * @param free bytes that this process may still take; likewise
 */
public record DeviceMemory(OptionalLong used, OptionalLong free) {

    /** That of a device, by its name. */
    public static DeviceMemory of(String device) {
        ComputeDevice named = ComputeDevice.named(device);
        if (named.isCpu()) {
            AvailableMemory memory = new AvailableMemory(Path.of("/"));
            return new DeviceMemory(memory.resident(), memory.bytes());
        }
        try {
            return new DeviceMemory(named.usedMemory(), named.freeMemory());
        } catch (RuntimeException e) {
            // The GPU is not there, or lost; whoever runs a model there says so.
            return new DeviceMemory(OptionalLong.empty(), OptionalLong.empty());
        }
    }
}
