package dev.flinkreranker.job.stream;

import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;

/**
 * A model of the catalogue: an entry of the section {@code models}.
 *
 * @param directory an unconverted Hugging Face checkpoint, at the same path on every TaskManager
 * @param dtype the number format to compute in; {@code auto} by default
 * @param device {@code cpu} (by default), {@code cuda} or {@code cuda:N}
 */
public record ModelConfig(String directory, ComputeType dtype, String device) {

    /** Fills in defaults and checks. */
    public ModelConfig {
        directory = Rules.required("directory", directory);
        dtype = Rules.orElse(dtype, ComputeType.AUTO);
        device = Rules.orElse(device, "cpu");
    }

    /** What the engine calls it. */
    public ModelReference reference() {
        return new ModelReference(directory, dtype, device);
    }
}
