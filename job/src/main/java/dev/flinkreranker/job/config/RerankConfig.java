package dev.flinkreranker.job.config;

import dev.flinkreranker.runtime.engine.EngineSettings;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * How the rerank operator works: the section {@code rerank}.
 *
 * @param parallelism its parallel instances; 0, the default, for the job's own parallelism
 * @param capacity most requests under way in one of them
 * @param windowMegabytes heap for the requests under way in one of them
 * @param ordered whether results keep the order of each request partition
 * @param timeout how long a request may take at most, whatever its tenant says; null for ever
 * @param batchTokens token budget of a batch on the device; null for 8192, and 32,768 on a GPU
 * @param tokenizerThreads threads that turn text into tokens; null for half the processors
 * @param cacheMegabytes heap for the score cache, for tenants that use it; null for 64
 * @param stateMegabytes device memory for states that stages of cascades leave to deeper ones; null
 *     for 256
 */
public record RerankConfig(
        Integer parallelism,
        Integer capacity,
        Integer windowMegabytes,
        Boolean ordered,
        @Nullable Duration timeout,
        @Nullable Integer batchTokens,
        @Nullable Integer tokenizerThreads,
        @Nullable Integer cacheMegabytes,
        @Nullable Integer stateMegabytes) {

    private static final int CAPACITY = 128;
    private static final int WINDOW_MEGABYTES = 128;

    /** Fills in defaults and checks. */
    @NullUnmarked
    public RerankConfig {
        parallelism = FieldChecks.atLeast(0, "parallelism", parallelism, 0);
        capacity = FieldChecks.atLeast(1, "capacity", capacity, CAPACITY);
        windowMegabytes =
                FieldChecks.atLeast(1, "window_megabytes", windowMegabytes, WINDOW_MEGABYTES);
        ordered = Objects.requireNonNullElse(ordered, false);
        timeout = timeout == null ? null : FieldChecks.aboveZero("timeout", timeout, timeout);
        if (batchTokens != null) {
            FieldChecks.atLeast(1, "batch_tokens", batchTokens, 1);
        }
        if (tokenizerThreads != null) {
            FieldChecks.atLeast(1, "tokenizer_threads", tokenizerThreads, 1);
        }
        if (cacheMegabytes != null) {
            FieldChecks.atLeast(0, "cache_megabytes", cacheMegabytes, 0);
        }
        if (stateMegabytes != null) {
            FieldChecks.atLeast(0, "state_megabytes", stateMegabytes, 0);
        }
    }

    /** All defaults. */
    public static RerankConfig defaults() {
        return new RerankConfig(null, null, null, null, null, null, null, null, null);
    }

    /** Most bytes of the heap that requests under way take in one parallel instance. */
    public long windowBytes() {
        return (long) windowMegabytes << 20;
    }

    /** The engine's settings. */
    public EngineSettings engine() {
        EngineSettings settings =
                batchTokens == null
                        ? EngineSettings.defaults()
                        : EngineSettings.ofBatchTokens(batchTokens);
        if (tokenizerThreads != null) {
            settings = settings.withTokenizerThreads(tokenizerThreads);
        }
        if (cacheMegabytes != null) {
            settings = settings.withCacheBytes((long) cacheMegabytes << 20);
        }
        return stateMegabytes == null
                ? settings
                : settings.withStateBytes((long) stateMegabytes << 20);
    }
}
