package dev.flinkreranker.workbench.bench;

import dev.flinkreranker.runtime.model.ComputeType;
import picocli.CommandLine.Option;

/** The number format in which a benchmark computes, on the CPU. */
final class BenchmarkType {

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            defaultValue = "auto",
            description = "float32, bfloat16, int8 or auto (default: ${DEFAULT-VALUE}).")
    private ComputeType type;

    ComputeType get() {
        return type;
    }
}
