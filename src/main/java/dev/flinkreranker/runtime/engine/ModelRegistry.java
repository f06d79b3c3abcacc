package dev.flinkreranker.runtime.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of an engine. Each is loaded once, on a thread of its own, by the first request that
 * names it; a model that failed to load fails its requests at once until a back-off has passed.
 */
final class ModelRegistry {

    private static final Logger LOG = LoggerFactory.getLogger(ModelRegistry.class);
    private static final int MAX_DOUBLINGS = 5;
    private static final IllegalStateException CLOSED =
            new IllegalStateException("the engine was closed");

    private final ModelOpener opener;
    private final LongSupplier clock;
    private final long backoffNanos;
    private final ExecutorService loader;
    private final Map<ModelReference, Entry> entries = new HashMap<>();
    private boolean closed;

    private static final class Entry {
        private final List<BiConsumer<@Nullable LoadedModel, @Nullable Throwable>> waiting =
                new ArrayList<>();
        private boolean loading;
        private @Nullable LoadedModel loaded;
        private @Nullable Throwable failure;
        private int failures;
        private long retryAt;
    }

    ModelRegistry(ModelOpener opener, LongSupplier clock, Duration backoff) {
        this.opener = opener;
        this.clock = clock;
        this.backoffNanos = backoff.toNanos();
        this.loader = Executors.newSingleThreadExecutor(EngineThreads.named("reranker-loader"));
    }

    /**
     * Calls back with the model, or with why it could not be loaded: at once if that is known, else
     * on the loader's thread, in the order of asking.
     */
    void whenLoaded(
            ModelReference reference,
            BiConsumer<@Nullable LoadedModel, @Nullable Throwable> action) {
        @Nullable LoadedModel loaded;
        @Nullable Throwable failure;
        synchronized (this) {
            Entry entry = entries.computeIfAbsent(reference, r -> new Entry());
            loaded = closed ? null : entry.loaded;
            failure = closed ? CLOSED : entry.failure;
            boolean known = loaded != null || failure != null;
            boolean again = failure != null && clock.getAsLong() - entry.retryAt >= 0;
            if (!closed && (!known || again)) {
                entry.failure = null;
                entry.waiting.add(action);
                if (!entry.loading) {
                    entry.loading = true;
                    loader.execute(() -> load(reference, entry));
                }
                return;
            }
        }
        action.accept(loaded, failure);
    }

    /**
     * Loads nothing more: what waits to be loaded is refused. Models stay until {@link #release}.
     */
    synchronized void shutdown() {
        closed = true;
        loader.shutdown();
    }

    /** Waits, after {@link #shutdown}, until the loader has ended. Returns whether it has. */
    boolean awaitEnd(Duration atMost) throws InterruptedException {
        return loader.awaitTermination(atMost.toNanos(), TimeUnit.NANOSECONDS);
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

    private void load(ModelReference reference, Entry entry) {
        @Nullable LoadedModel model = null;
        @Nullable Throwable failure = null;
        try {
            if (!isClosed()) {
                model = new LoadedModel(opener.open(reference));
            }
        } catch (Throwable e) {
            // An Error too: a native library that does not link must not hang its requests.
            LOG.error("could not load {}: {}", reference, e.toString());
            failure = e;
        }
        @Nullable LoadedModel tooLate = null;
        List<BiConsumer<@Nullable LoadedModel, @Nullable Throwable>> waiting;
        synchronized (this) {
            if (closed) {
                tooLate = model;
                model = null;
                failure = CLOSED;
            }
            entry.loading = false;
            entry.loaded = model;
            entry.failure = failure;
            if (failure == null) {
                entry.failures = 0;
            } else {
                entry.retryAt =
                        clock.getAsLong()
                                + (backoffNanos << Math.min(entry.failures, MAX_DOUBLINGS));
                entry.failures++;
            }
            waiting = List.copyOf(entry.waiting);
            entry.waiting.clear();
        }
        if (tooLate != null) {
            close(tooLate);
        }
        for (BiConsumer<@Nullable LoadedModel, @Nullable Throwable> action : waiting) {
            action.accept(model, failure);
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private static void close(LoadedModel model) {
        try {
            model.close();
        } catch (RuntimeException e) {
            LOG.warn("a model could not be released", e);
        }
    }
}
