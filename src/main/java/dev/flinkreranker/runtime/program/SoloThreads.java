package dev.flinkreranker.runtime.program;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Threads of the process on which calls of programs run side by side, each without the help of
 * other threads. They wait for calls, and end when none has come for a while.
 */
public final class SoloThreads {

    /** Longest that a thread waits for a call: seconds. */
    private static final long IDLE = 30;

    private static final ExecutorService THREADS =
            new ThreadPoolExecutor(
                    0,
                    Integer.MAX_VALUE,
                    IDLE,
                    TimeUnit.SECONDS,
                    new SynchronousQueue<>(),
                    DaemonThreads.named("reranker-solo"));

    private SoloThreads() {}

    /**
     * Runs calls side by side, each on a thread of its own, and waits for all of them.
     *
     * @return the outcomes, in order; of a call that failed, what it threw
     */
    public static <T> List<CompletableFuture<T>> run(List<Supplier<T>> calls) {
        List<CompletableFuture<T>> outcomes = calls.stream().map(SoloThreads::begun).toList();
        CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new))
                .handle((nothing, error) -> null)
                .join();
        return outcomes;
    }

    private static <T> CompletableFuture<T> begun(Supplier<T> call) {
        try {
            return CompletableFuture.supplyAsync(
                    () -> {
                        LibTorch.prepareSoloThread();
                        return call.get();
                    },
                    THREADS);
        } catch (OutOfMemoryError e) {
            // The system has no thread more. Calls that run already are waited for all the same.
            return CompletableFuture.failedFuture(e);
        }
    }
}
