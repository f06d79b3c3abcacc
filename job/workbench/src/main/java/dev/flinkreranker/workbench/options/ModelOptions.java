package dev.flinkreranker.workbench.options;

import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.runtime.model.Reranker;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model, in which number format, where. */
public final class ModelOptions {

    @Option(
            names = {"-m", "--model"},
            required = true,
            paramLabel = "DIR",
            description = "Hugging Face checkpoint, as it was downloaded.")
    private Path directory;

    @Option(
            names = "--base",
            paramLabel = "DIR",
            description = "The base of a LoRA adapter; by default the model that it names itself.")
    private @Nullable Path base;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            defaultValue = "float32",
            converter = KebabCase.OfComputeType.class,
            description =
                    "float32, bfloat16, int8, or auto: bfloat16 where the device has instructions"
                            + " for it (default: ${DEFAULT-VALUE}).")
    private ComputeType computeType;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "cpu",
            description = "cpu, cuda or cuda:N (default: ${DEFAULT-VALUE}).")
    private String device;

    public Reranker open() {
        return Reranker.open(directory, base, computeType, device);
    }
}
