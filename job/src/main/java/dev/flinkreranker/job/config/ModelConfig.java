package dev.flinkreranker.job.config;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonFormat.Feature;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.runtime.checkpoint.Sha256Sums;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * A model of the catalogue: an entry of the section {@code models}.
 *
 * @param directory an unconverted Hugging Face checkpoint, at the same path on every TaskManager
 * @param dtype the number format to compute in; {@code auto} by default
 * @param device {@code cpu} (by default), {@code cuda} or {@code cuda:N}, several of one kind, or
 *     {@code auto} for those that Flink gives a task
 * @param revision a label of the model's version, told in results; null for none
 * @param sha256 what the files must be, as {@link Sha256Sums} reads it; checked before the model is
 *     loaded; null for anything
 * @param base the model that a LoRA adapter in the directory is put on; null for the one that it
 *     names itself
 * @param baseSha256 what the base's files must be, as {@code sha256}; null for anything
 * @param preload whether the model is loaded when a task starts, which fails without it, or with
 *     the first request that names it; null for the former of the defaults' model and the latter of
 *     all others
 */
public record ModelConfig(
        String directory,
        ComputeType dtype,
        @JsonFormat(with = Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<String> device,
        @Nullable String revision,
        @Nullable String sha256,
        @Nullable String base,
        @Nullable String baseSha256,
        @Nullable Boolean preload) {

    private static final Pattern REVISION = Pattern.compile("[\\x21-\\x7e]{1,64}");

    /** Fills in defaults and checks. */
    @NullUnmarked
    public ModelConfig {
        directory = FieldChecks.required("directory", directory);
        checkPath("directory", directory);
        if (base != null) {
            checkPath("base", base);
        }
        dtype = Objects.requireNonNullElse(dtype, ComputeType.AUTO);
        device = device == null ? List.of("cpu") : List.copyOf(device);
        checkDevice(String.join(",", device));
        if (revision != null && !REVISION.matcher(revision).matches()) {
            throw new InvalidConfigException(
                    "revision must have 1 to 64 printable ASCII characters without blanks, but is"
                            + " \""
                            + revision
                            + "\"");
        }
        checkSums("sha256", sha256);
        checkSums("base_sha256", baseSha256);
    }

    private static void checkPath(String field, String path) {
        try {
            Path.of(path);
        } catch (InvalidPathException e) {
            throw new InvalidConfigException(field + " is not a path: " + e.getReason());
        }
    }

    private static void checkDevice(String device) {
        try {
            ModelCatalog.checkDevice(device);
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigException(e.getMessage());
        }
    }

    private static void checkSums(String field, @Nullable String sums) {
        try {
            if (sums != null) {
                Sha256Sums.parse(sums);
            }
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigException(field + " " + e.getMessage());
        }
    }

    /** What the engine calls it. */
    public ModelReference reference() {
        return new ModelReference(
                directory, dtype, String.join(",", device), revision, sha256, base, baseSha256);
    }
}
