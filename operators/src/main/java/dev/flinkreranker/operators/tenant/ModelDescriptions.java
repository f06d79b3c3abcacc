package dev.flinkreranker.operators.tenant;

import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import dev.flinkreranker.runtime.checkpoint.WeightsFingerprint;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ModelDescriptor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * What the checkpoint directories of a catalogue say about their models, read when first asked for;
 * nothing is loaded. Where a directory cannot be read (a client without the volume) nothing is
 * known of its model, and it is looked for again from time to time. Safe for use by many threads.
 */
@Internal
public final class ModelDescriptions {

    private static final long RETRY_NANOS = Duration.ofSeconds(10).toNanos();

    private final Map<List<String>, Known> known = new ConcurrentHashMap<>();

    private final Map<List<String>, String> fingerprints = new ConcurrentHashMap<>();

    /**
     * @param descriptor absent when the directory holds no model that can be read
     * @param at when it was read, in nanoseconds of the process's clock
     */
    private record Known(@Nullable ModelDescriptor descriptor, long at) {

        boolean isDue() {
            return descriptor == null && System.nanoTime() - at > RETRY_NANOS;
        }
    }

    /** The descriptor of a model; empty where it is not known. */
    public Optional<ModelDescriptor> find(ModelReference model) {
        Known found =
                known.compute(
                        files(model),
                        (files, now) -> now == null || now.isDue() ? read(model) : now);
        return Optional.ofNullable(found.descriptor);
    }

    /** What tells a model's weights from others; empty where they are not known. */
    public Optional<String> fingerprint(ModelReference model) {
        if (find(model).isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    fingerprints.computeIfAbsent(
                            files(model),
                            files -> WeightsFingerprint.of(model.path(), model.basePath())));
        } catch (InvalidCheckpointException e) {
            return Optional.empty(); // Whoever loads it says why.
        }
    }

    private static List<String> files(ModelReference model) {
        return List.of(model.directory(), Objects.toString(model.base(), ""));
    }

    private static Known read(ModelReference model) {
        ModelDescriptor descriptor = null;
        try {
            if (model.isHere()) {
                descriptor = ModelDescriptor.read(model.path(), model.basePath());
            }
        } catch (InvalidCheckpointException e) {
            // Whoever loads it says why.
        }
        return new Known(descriptor, System.nanoTime());
    }
}
