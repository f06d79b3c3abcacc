package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.model.ComputeType;
import java.io.Serializable;
import java.nio.file.Path;

/**
 * Which model to run, in which number format, on which device. Equal references share one model in
 * the process.
 *
 * @param directory an unconverted Hugging Face checkpoint directory
 * @param computeType the number format
 * @param device {@code "cpu"} or {@code "gpu:N"}
 */
public record ModelReference(String directory, ComputeType computeType, String device)
        implements Serializable {

    /** The directory as a path. */
    public Path path() {
        return Path.of(directory);
    }
}
