package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.batching.AdmissionLimits;
import dev.flinkreranker.runtime.batching.BatchSettings;
import dev.flinkreranker.runtime.program.ComputeDevice;
import java.io.Serializable;
import java.time.Duration;

/**
 * How an engine works. None of it changes a score.
 *
 * @param batch how batches are formed
 * @param gpuBatchTokens token budget of a batch on a GPU, at least 1; where less fits beside the
 *     model, that
 * @param limits what may be under way
 * @param tokenizerThreads threads that turn text into tokens ahead of the devices, at least 1
 * @param loadBackoff how long a model that could not be loaded is not tried again; doubles with
 *     every failure, up to 32 times that; above zero
 * @param cacheBytes heap for the score cache, which only requests use whose tenant allows it; 0 for
 *     none
 * @param stateBytes memory of the devices for states that stages of cascades leave to deeper ones;
 *     a batch of them takes its tokens times the model's width times the bytes of a number. 0 to
 *     compute all anew.
 */
public record EngineSettings(
        BatchSettings batch,
        int gpuBatchTokens,
        AdmissionLimits limits,
        int tokenizerThreads,
        Duration loadBackoff,
        long cacheBytes,
        long stateBytes)
        implements Serializable {

    private static final int BATCH_TOKENS = 8192;

    /** So many that launching takes little beside computing, also for small models. */
    private static final int GPU_BATCH_TOKENS = 32_768;

    /** Refuses values out of range. */
    public EngineSettings {
        if (tokenizerThreads < 1) {
            throw new IllegalArgumentException(
                    "tokenizerThreads must be at least 1, but is " + tokenizerThreads);
        }
        if (gpuBatchTokens < 1) {
            throw new IllegalArgumentException(
                    "gpuBatchTokens must be at least 1, but is " + gpuBatchTokens);
        }
        if (cacheBytes < 0) {
            throw new IllegalArgumentException(
                    "cacheBytes must not be negative, but is " + cacheBytes);
        }
        if (stateBytes < 0) {
            throw new IllegalArgumentException(
                    "stateBytes must not be negative, but is " + stateBytes);
        }
        if (loadBackoff.isNegative() || loadBackoff.isZero()) {
            throw new IllegalArgumentException(
                    "loadBackoff must be above zero, but is " + loadBackoff);
        }
    }

    /** Batches of up to 8192 tokens, 32,768 on a GPU; half the processors tokenize, at most 8. */
    public static EngineSettings defaults() {
        return of(BATCH_TOKENS, GPU_BATCH_TOKENS);
    }

    /**
     * Batches of up to that many tokens on any device; 64 such batches and a quarter GB of text
     * under way.
     */
    public static EngineSettings ofBatchTokens(int tokens) {
        return of(tokens, tokens);
    }

    private static EngineSettings of(int tokens, int gpuTokens) {
        return new EngineSettings(
                BatchSettings.ofTokens(tokens),
                gpuTokens,
                new AdmissionLimits(1 << 16, 256L << 20, 64L * tokens, 0.25),
                Math.max(1, Math.min(8, Runtime.getRuntime().availableProcessors() / 2)),
                Duration.ofSeconds(10),
                64L << 20,
                256L << 20);
    }

    /** How batches are formed for a device. */
    BatchSettings batchOn(ComputeDevice device) {
        return device.isCpu() ? batch : batch.withMaxTokens(gpuBatchTokens);
    }

    /** The same with other batches. */
    public EngineSettings withBatch(BatchSettings newBatch) {
        return new EngineSettings(
                newBatch,
                gpuBatchTokens,
                limits,
                tokenizerThreads,
                loadBackoff,
                cacheBytes,
                stateBytes);
    }

    /** The same with other limits. */
    public EngineSettings withLimits(AdmissionLimits newLimits) {
        return new EngineSettings(
                batch,
                gpuBatchTokens,
                newLimits,
                tokenizerThreads,
                loadBackoff,
                cacheBytes,
                stateBytes);
    }

    /** The same with another number of tokenizer threads. */
    public EngineSettings withTokenizerThreads(int threads) {
        return new EngineSettings(
                batch, gpuBatchTokens, limits, threads, loadBackoff, cacheBytes, stateBytes);
    }

    /** The same with another back-off. */
    public EngineSettings withLoadBackoff(Duration backoff) {
        return new EngineSettings(
                batch, gpuBatchTokens, limits, tokenizerThreads, backoff, cacheBytes, stateBytes);
    }

    /** The same with another size of the score cache. */
    public EngineSettings withCacheBytes(long bytes) {
        return new EngineSettings(
                batch, gpuBatchTokens, limits, tokenizerThreads, loadBackoff, bytes, stateBytes);
    }

    /** The same with another bound on kept states. */
    public EngineSettings withStateBytes(long bytes) {
        return new EngineSettings(
                batch, gpuBatchTokens, limits, tokenizerThreads, loadBackoff, cacheBytes, bytes);
    }
}
