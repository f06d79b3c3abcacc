package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.program.DaemonThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of an engine. Each is loaded once, on a loader's thread, by the first request that
 * names it, and there its deeper layers are brought too, before the first request that needs them
 * goes on; a model that failed to load fails its requests at once until a back-off has passed.
 * Several models load side by side.
 */
final class ModelRegistry {

    /** Most models that are loaded at once. */
    static final int LOADERS = 4;

    private static final Logger LOG = LoggerFactory.getLogger(ModelRegistry.class);

    private static final int MAX_DOUBLINGS = 5;
    private static final IllegalStateException CLOSED =
            new IllegalStateException("the engine was closed");

    private final ModelOpener opener;
    private final LongSupplier clock;
    private final long backoffNanos;
    private final EngineMeter meter;
    private final OrphanedLoads orphans;
    private final ThreadPoolExecutor loaders;
    private final Map<ModelReference, Entry> entries = new HashMap<>();
    private boolean closed;

    /** Somebody who waits for a model, ready for these settings if any are given. */
    private static final class Waiter {
        private final @Nullable ScoringSettings settings;
        private final BiConsumer<@Nullable LoadedModel, @Nullable Throwable> action;

        private Waiter(
                @Nullable ScoringSettings settings,
                BiConsumer<@Nullable LoadedModel, @Nullable Throwable> action) {
            this.settings = settings;
            this.action = action;
        }

        private int layers(LoadedModel model) {
            return model.layers(settings);
        }

        private void tell(@Nullable LoadedModel model, @Nullable Throwable failure) {
            try {
                action.accept(model, failure);
            } catch (Throwable e) {
                // Whoever waits behind it is told all the same.
                LOG.error("a request failed when its model was loaded", e);
            }
        }
    }

    /** Why calls that run that many layers, or more, cannot be made, and until when. */
    private record Failure(Throwable cause, int layers, long retryAt) {}

    private static final class Entry {
        private final List<Waiter> waiting = new ArrayList<>();
        private boolean loading;
        private @Nullable CompletableFuture<LoadedModel> opening;
        private @Nullable LoadedModel loaded;
        private @Nullable Failure failure;
        private int failures;

        private void settled(@Nullable LoadedModel model, @Nullable Failure why) {
            loaded = model;
            failure = why;
            failures = why == null ? 0 : failures + 1;
        }

        /** Layers that somebody waits for and that are not there yet, the fewest; 0 for none. */
        private int missing(LoadedModel model) {
            return waiting.stream()
                    .mapToInt(waiter -> waiter.layers(model))
                    .filter(layers -> layers > model.brought())
                    .min()
                    .orElse(0);
        }
    }

    ModelRegistry(
            ModelOpener opener,
            LongSupplier clock,
            Duration backoff,
            EngineMeter meter,
            OrphanedLoads orphans) {
        this.opener = opener;
        this.clock = clock;
        this.backoffNanos = backoff.toNanos();
        this.meter = meter;
        this.orphans = orphans;
        this.loaders =
                new ThreadPoolExecutor(
                        LOADERS,
                        LOADERS,
                        10,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        DaemonThreads.named("reranker-loader"));
        loaders.allowCoreThreadTimeOut(true);
    }

    /**
     * Calls back with the model, or with why it could not be loaded: at once if that is known, else
     * on a loader's thread, in the order of asking.
     *
     * @param settings what it must be ready for: the layers that they run are in memory; null for
     *     the model itself
     */
    void whenReady(
            ModelReference reference,
            @Nullable ScoringSettings settings,
            BiConsumer<@Nullable LoadedModel, @Nullable Throwable> action) {
        @Nullable LoadedModel ready = null;
        @Nullable Throwable failure = null;
        synchronized (this) {
            Entry entry = entries.computeIfAbsent(reference, r -> new Entry());
            LoadedModel loaded = entry.loaded;
            int layers = loaded == null ? 0 : loaded.layers(settings);
            if (closed) {
                failure = CLOSED;
            } else if (loaded != null && layers <= loaded.brought()) {
                ready = loaded;
            } else if (fails(entry, layers)) {
                failure = entry.failure.cause();
            } else {
                entry.waiting.add(new Waiter(settings, action));
                if (!entry.loading) {
                    entry.loading = true;
                    meter.loading(1);
                    loaders.execute(() -> load(reference, entry));
                }
                return;
            }
        }
        action.accept(ready, failure);
    }

    /** The model, if it is ready for these settings now; else null. */
    synchronized @Nullable LoadedModel ready(ModelReference reference, ScoringSettings settings) {
        Entry entry = entries.get(reference);
        LoadedModel loaded = entry == null ? null : entry.loaded;
        return loaded != null && loaded.layers(settings) <= loaded.brought() ? loaded : null;
    }

    /**
     * Loads nothing more: what waits to be loaded is refused. Models stay until {@link #release}. A
     * model that is being loaded is left to the next engine.
     */
    synchronized void shutdown() {
        closed = true;
        loaders.shutdown();
        entries.forEach(
                (reference, entry) -> {
                    if (entry.opening != null) {
                        orphans.leave(reference, entry.opening);
                    }
                });
    }

    /** Waits, after {@link #shutdown}, until the loaders have ended. Returns whether they have. */
    boolean awaitEnd(Duration atMost) throws InterruptedException {
        return loaders.awaitTermination(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** What the models that are loaded on a device are predicted to need there. */
    synchronized ModelMemory memory(String device, long batchTokens) {
        ModelMemory sum = ModelMemory.NONE;
        for (Map.Entry<ModelReference, Entry> entry : entries.entrySet()) {
            int place = entry.getKey().devices().names().indexOf(device);
            LoadedModel loaded = entry.getValue().loaded;
            if (place >= 0 && loaded != null) {
                sum = sum.and(loaded.memory(place, batchTokens));
            }
        }
        return sum;
    }

    /** Releases the models of one list of devices; nobody may use them any more. */
    void release(String device) {
        release(reference -> reference.device().equals(device));
    }

    /** Releases the models of all lists of devices but these. */
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

    private boolean fails(Entry entry, int layers) {
        return entry.failure != null
                && layers >= entry.failure.layers()
                && clock.getAsLong() - entry.failure.retryAt() < 0;
    }

    /** On a loader's thread: the model, then the layers that are waited for, lowest first. */
    private void load(ModelReference reference, Entry entry) {
        boolean more = true;
        while (more) {
            @Nullable LoadedModel model;
            int layers;
            synchronized (this) {
                model = entry.loaded;
                layers = model == null ? 0 : entry.missing(model);
            }
            @Nullable Throwable failure = null;
            long start = System.nanoTime();
            try {
                if (isClosed()) {
                    failure = CLOSED;
                } else if (model == null) {
                    model = open(reference, entry);
                } else {
                    model.bring(layers);
                }
            } catch (Throwable e) {
                // An Error too: a native library that does not link must not hang its requests.
                if (e != CLOSED) {
                    LOG.error("could not load {}: {}", reference, e.toString());
                }
                failure = e;
            }
            if (failure != CLOSED) {
                meter.loaded(System.nanoTime() - start, failure == null);
            }
            more = settle(entry, model, failure);
        }
        meter.loading(-1);
    }

    /**
     * The model, or that of a load which an engine that was closed has left. A load that ends after
     * this registry was closed is the next engine's, if one has asked for it.
     */
    private LoadedModel open(ModelReference reference, Entry entry) throws Exception {
        CompletableFuture<LoadedModel> opening = new CompletableFuture<>();
        synchronized (this) {
            if (closed) {
                throw CLOSED;
            }
            entry.opening = opening;
        }
        try {
            CompletableFuture<LoadedModel> orphan = orphans.take(reference);
            opening.complete(orphan == null ? LoadedModel.open(opener, reference) : orphan.get());
        } catch (ExecutionException e) {
            opening.completeExceptionally(e.getCause());
        } catch (Throwable e) {
            opening.completeExceptionally(e);
        }
        synchronized (this) {
            entry.opening = null;
            if (closed && !orphans.withdraw(reference, opening)) {
                throw CLOSED; // taken over
            }
        }
        try {
            return opening.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** Tells whoever is to know it now. Returns whether others wait for more layers. */
    private boolean settle(Entry entry, @Nullable LoadedModel model, @Nullable Throwable failure) {
        Map<Waiter, @Nullable Throwable> told = new LinkedHashMap<>();
        boolean tooLate;
        boolean more;
        synchronized (this) {
            tooLate = closed && failure == null && entry.loaded == null;
            int failed = model == null ? 0 : model.brought() + 1;
            if (!closed) {
                entry.settled(model, failure == null ? null : failed(entry, failed, failure));
            }
            for (Waiter waiter : entry.waiting) {
                int needed = model == null ? 0 : waiter.layers(model);
                if (closed) {
                    told.put(waiter, CLOSED);
                } else if (model != null && needed <= model.brought()) {
                    told.put(waiter, null);
                } else if (failure != null && needed >= failed) {
                    told.put(waiter, failure);
                }
            }
            entry.waiting.removeAll(told.keySet());
            more = !entry.waiting.isEmpty();
            entry.loading = more;
        }
        if (tooLate) {
            close(model);
        }
        told.forEach((waiter, cause) -> waiter.tell(cause == null ? model : null, cause));
        return more;
    }

    private Failure failed(Entry entry, int layers, Throwable cause) {
        long backoff = backoffNanos << Math.min(entry.failures, MAX_DOUBLINGS);
        return new Failure(cause, layers, clock.getAsLong() + backoff);
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
