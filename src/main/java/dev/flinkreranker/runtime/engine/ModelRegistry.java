package dev.flinkreranker.runtime.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of an engine. Each is loaded once, on a thread of its own, by the first request that
 * names it; a model that failed to load fails its requests at once until a back-off has passed.
 */
final class ModelRegistry {

    private static final Logger LOG = LoggerFactory.getLogger(ModelRegistry.class);
    private static final int MAX_DOUBLINGS = 5;

    private final ModelOpener opener;
    private final LongSupplier clock;
    private final long backoffNanos;
    private final ExecutorService loader;
    private final Map<ModelReference, Entry> entries = new HashMap<>();
    private boolean closed;

    private static final class Entry {
        private CompletableFuture<LoadedModel> model;
        private LoadedModel loaded;
        private int failures;
        private long retryAt;
    }

    ModelRegistry(ModelOpener opener, LongSupplier clock, Duration backoff) {
        this.opener = opener;
        this.clock = clock;
        this.backoffNanos = backoff.toNanos();
        this.loader = Executors.newSingleThreadExecutor(EngineThreads.named("reranker-loader"));
    }

    /** The model, loaded now or before; completes exceptionally if it cannot be loaded. */
    synchronized CompletableFuture<LoadedModel> get(ModelReference reference) {
        if (closed) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("the engine was closed"));
        }
        Entry entry = entries.computeIfAbsent(reference, r -> new Entry());
        boolean failed = entry.model != null && entry.model.isCompletedExceptionally();
        if (entry.model == null || failed && clock.getAsLong() - entry.retryAt >= 0) {
            CompletableFuture<LoadedModel> model = new CompletableFuture<>();
            entry.model = model;
            loader.execute(() -> load(reference, entry, model));
        }
        return entry.model;
    }

    /** Loads nothing more. Models stay until {@link #release}. */
    synchronized void shutdown() {
        closed = true;
        loader.shutdown();
    }

    /** Releases the models of one device; nobody may use them any more. */
    void release(String device) {
        release(reference -> reference.device().equals(device));
    }

    /** Releases the models of all devices but these. */
    void releaseAllBut(Set<String> devices) {
        release(reference -> !devices.contains(reference.device()));
    }

    private void release(Predicate<ModelReference> which) {
        List<LoadedModel> models = new ArrayList<>();
        synchronized (this) {
            entries.forEach(
                    (reference, entry) -> {
                        if (which.test(reference) && entry.loaded != null) {
                            models.add(entry.loaded);
                            entry.loaded = null;
                        }
                    });
        }
        models.forEach(ModelRegistry::close);
    }

    private void load(
            ModelReference reference, Entry entry, CompletableFuture<LoadedModel> future) {
        LoadedModel model;
        try {
            synchronized (this) {
                if (closed) {
                    throw new IllegalStateException("the engine was closed");
                }
            }
            model = new LoadedModel(opener.open(reference));
        } catch (Throwable e) {
            // An Error too: a native library that does not link must not hang its requests.
            LOG.error("could not load {}: {}", reference, e.toString());
            synchronized (this) {
                entry.retryAt =
                        clock.getAsLong()
                                + (backoffNanos << Math.min(entry.failures, MAX_DOUBLINGS));
                entry.failures++;
            }
            future.completeExceptionally(e);
            return;
        }
        boolean tooLate;
        synchronized (this) {
            tooLate = closed;
            entry.failures = 0;
            entry.loaded = tooLate ? null : model;
        }
        if (tooLate) {
            close(model);
            future.completeExceptionally(new IllegalStateException("the engine was closed"));
        } else {
            future.complete(model);
        }
    }

    private static void close(LoadedModel model) {
        try {
            model.close();
        } catch (RuntimeException e) {
            LOG.warn("a model could not be released", e);
        }
    }
}
