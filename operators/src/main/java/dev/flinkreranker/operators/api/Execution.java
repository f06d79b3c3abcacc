package dev.flinkreranker.operators.api;

import dev.flinkreranker.operators.rerank.EngineFactory;
import dev.flinkreranker.operators.rerank.RerankStage;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.RerankEngine;
import java.time.Duration;
import org.apache.flink.annotation.PublicEvolving;
import org.jspecify.annotations.Nullable;

/**
 * How the operators run. None of it changes a score.
 *
 * @param parallelism parallel instances of the rerank operator; 0 for the job's own. One for each
 *     device is enough: the engine batches over all elements of its process
 * @param capacity most elements under way in one instance; all of them are in its checkpoints
 * @param windowBytes most bytes of the heap that they take there, at four for each character of
 *     their texts; one that has more is under way alone
 * @param ordered whether results keep the order of each partition of the input, so that a slow
 *     element holds up those behind it, and the operators have the parallelism of the input
 * @param timeout how long an element may take, whatever its deadline; null for ever
 * @param engine how the process's engine is started, if it does not run yet
 */
@PublicEvolving
public record Execution(
        int parallelism,
        int capacity,
        long windowBytes,
        boolean ordered,
        @Nullable Duration timeout,
        EngineSettings engine) {

    private static final Execution DEFAULTS =
            new Execution(0, 128, 128L << 20, false, null, EngineSettings.defaults());

    /** Refuses values out of range. */
    public Execution {
        if (parallelism < 0) {
            throw new IllegalArgumentException(
                    "parallelism must not be negative, but is " + parallelism);
        }
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1, but is " + capacity);
        }
        if (windowBytes < 1) {
            throw new IllegalArgumentException(
                    "windowBytes must be at least 1, but is " + windowBytes);
        }
        if (timeout != null && timeout.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "timeout must be at least a millisecond, but is " + timeout);
        }
    }

    /** The job's parallelism, 128 elements and 128 MiB an instance, in any order, for ever. */
    public static Execution defaults() {
        return DEFAULTS;
    }

    /** The same with other parallel instances. */
    public Execution withParallelism(int instances) {
        return new Execution(instances, capacity, windowBytes, ordered, timeout, engine);
    }

    /** The same with another number of elements under way. */
    public Execution withCapacity(int elements) {
        return new Execution(parallelism, elements, windowBytes, ordered, timeout, engine);
    }

    /** The same with another window. */
    public Execution withWindowBytes(long bytes) {
        return new Execution(parallelism, capacity, bytes, ordered, timeout, engine);
    }

    /** The same with results in order, or not. */
    public Execution withOrder(boolean inOrder) {
        return new Execution(parallelism, capacity, windowBytes, inOrder, timeout, engine);
    }

    /** The same with another timeout. */
    public Execution withTimeout(@Nullable Duration most) {
        return new Execution(parallelism, capacity, windowBytes, ordered, most, engine);
    }

    /** The same with another engine. */
    public Execution withEngine(EngineSettings settings) {
        return new Execution(parallelism, capacity, windowBytes, ordered, timeout, settings);
    }

    RerankStage stage(ModelCatalog catalog) {
        EngineSettings settings = engine;
        EngineFactory engines = () -> RerankEngine.acquire(settings);
        return new RerankStage(
                catalog, engines, parallelism, capacity, windowBytes, ordered, timeout);
    }
}
