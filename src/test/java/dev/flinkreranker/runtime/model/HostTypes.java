package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.program.ComputeDevice;
import java.util.List;
import java.util.stream.Stream;

/** The number formats that this machine's processor computes in. */
final class HostTypes {

    private HostTypes() {}

    static List<ComputeType> all() {
        return Stream.of(ComputeType.FLOAT32, ComputeType.BFLOAT16, ComputeType.INT8)
                .filter(HostTypes::has)
                .toList();
    }

    static boolean has(ComputeType type) {
        try {
            type.plan(ComputeDevice.CPU, true);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
