package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.checkpoint.HubCache;
import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.runtime.program.DeviceList;
import java.io.Serializable;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which model to run, in which number format, on which devices. Equal references share one model in
 * the process.
 *
 * @param directory an unconverted Hugging Face checkpoint directory
 * @param computeType the number format
 * @param device {@code cpu}, {@code cuda} (which is {@code cuda:0}) or {@code cuda:N}; or several
 *     of one kind with commas between them, {@code cuda:0,cuda:1}, where whichever is free runs the
 *     next batch
 * @param revision a label that tells this model from others that lie in the directory at other
 *     times
 * @param sha256 what its files must be, as {@link dev.flinkreranker.runtime.checkpoint.Sha256Sums}
 *     reads it; null: anything
 * @param base the base of an adapter, a directory or an id; null: the one that it names
 * @param baseSha256 what the files of an adapter's base must be, as {@code sha256}
 */
public record ModelReference(
        String directory,
        ComputeType computeType,
        String device,
        @Nullable String revision,
        @Nullable String sha256,
        @Nullable String base,
        @Nullable String baseSha256)
        implements Serializable {

    /** Gives the same devices the same name. */
    public ModelReference {
        device = DeviceList.of(device).toString();
    }

    /** A model without revision or checksums. */
    public ModelReference(String directory, ComputeType computeType, String device) {
        this(directory, computeType, device, null, null, null, null);
    }

    /** Where it runs. */
    public DeviceList devices() {
        return DeviceList.of(device);
    }

    /** The same model on another device. */
    public ModelReference on(String other) {
        return new ModelReference(
                directory, computeType, other, revision, sha256, base, baseSha256);
    }

    /** The directory as a path. */
    public Path path() {
        return Path.of(directory);
    }

    /** Whether the directory, and the base if one is named, are on this machine. */
    public boolean isHere() {
        HubCache cache = HubCache.ofProcess();
        return cache.has(path()) && (base == null || cache.has(Path.of(base)));
    }

    /** The base as a path; null where there is none. */
    public @Nullable Path basePath() {
        return base == null ? null : Path.of(base);
    }
}
