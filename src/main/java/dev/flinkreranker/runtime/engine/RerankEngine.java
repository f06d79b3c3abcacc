package dev.flinkreranker.runtime.engine;

import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One user's handle on the process's engine: requests in, outcomes out. All handles of {@link
 * #acquire} share the models, the device threads and the batches; the last one to close releases
 * them. Safe for use by many threads.
 */
public final class RerankEngine implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RerankEngine.class);
    private static final Object REGISTRY = new Object();
    private static final OrphanedLoads ORPHANS = new OrphanedLoads();

    /** The outcome of requests whose handle was closed. */
    static final RerankOutcome CLOSED =
            new RerankOutcome.Failed("the engine was closed before the request was scored");

    private static @Nullable SharedEngine processEngine;

    private final SharedEngine engine;
    private final Runnable onClose;
    private final Set<CompletableFuture<RerankOutcome>> outstanding = ConcurrentHashMap.newKeySet();
    private boolean closed;

    private RerankEngine(SharedEngine engine, Runnable onClose) {
        this.engine = engine;
        this.onClose = onClose;
    }

    /**
     * A handle on the process's engine, which is started for the first one. An engine that has lost
     * a device is left to the handles that it has, and a new one is started: whoever starts again
     * to get over the loss does. Blocks while a former engine is still closing.
     *
     * @param settings how to start it; while an engine runs its own settings stay, and a difference
     *     is logged
     */
    public static RerankEngine acquire(EngineSettings settings) {
        return acquire(settings, ModelOpener.checkpoints());
    }

    /** Likewise, with models of this opener where the process has no engine yet. */
    public static RerankEngine acquire(EngineSettings settings, ModelOpener opener) {
        synchronized (REGISTRY) {
            if (processEngine == null || processEngine.isBroken()) {
                processEngine = new SharedEngine(settings, opener, System::nanoTime, ORPHANS);
            } else if (!processEngine.settings().equals(settings)) {
                LOG.warn(
                        "the process's engine goes on with {}; not used: {}",
                        processEngine.settings(),
                        settings);
            }
            SharedEngine engine = processEngine;
            engine.acquired();
            return new RerankEngine(engine, () -> release(engine));
        }
    }

    /** An engine of its own over the models of this opener, shared with nobody. */
    public static RerankEngine open(EngineSettings settings, ModelOpener opener) {
        SharedEngine own =
                new SharedEngine(settings, opener, System::nanoTime, new OrphanedLoads());
        return new RerankEngine(own, own::close);
    }

    /**
     * Scores a request. Never blocks.
     *
     * <p>The engine holds on to the request's text until the outcome, so whoever calls bounds the
     * number of outstanding requests. What the engine adds to that is bounded by its {@link
     * EngineSettings#limits()}: requests beyond them wait as they came.
     *
     * @return completes with an outcome, and exceptionally only with a {@link
     *     dev.flinkreranker.runtime.fault.BrokenDeviceException}; cancelling it keeps its passages
     *     from the device. Dependents run on the engine's threads and must not block.
     */
    public CompletableFuture<RerankOutcome> rerank(RerankTask task) {
        if (isClosed()) {
            return CompletableFuture.completedFuture(CLOSED);
        }
        CompletableFuture<RerankOutcome> future = engine.rerank(task);
        outstanding.add(future);
        future.whenComplete((outcome, failure) -> outstanding.remove(future));
        if (isClosed()) {
            // Closed meanwhile, perhaps without having seen this one.
            endOutstanding();
        }
        return future;
    }

    /**
     * Loads a model before a request needs it. Does nothing more when it is loaded already.
     *
     * @return completes when the model is in memory, and exceptionally with an {@link
     *     IllegalStateException} that says in one line which model could not be loaded and why
     */
    public CompletableFuture<Void> load(ModelReference model) {
        return engine.load(model);
    }

    /**
     * Predicts when a request would be scored that came now, by the predicted work of all that goes
     * before it in the fair order of tenants. Its tokenization is left out. Never blocks.
     *
     * @param stages the tasks that make up the request, one after the other; at least one, all of
     *     one tenant
     * @return seconds from now; empty while a model of the request is not in memory, or has not run
     *     often enough to know its cost
     */
    public OptionalDouble secondsUntilScored(List<RerankTask> stages) {
        return engine.secondsUntilScored(stages);
    }

    /** What the engine did since it started, over all handles, and what it holds now. */
    public EngineCounts counts() {
        return engine.counts();
    }

    /** The same of one device, by its name, such as {@code cuda:0}. */
    public DeviceCounts device(String name) {
        return engine.device(name);
    }

    /**
     * Ends this handle's requests as {@link RerankOutcome.Failed}. The last handle stops the
     * engine: it waits, for at most half a minute, until the running batch has returned, and
     * releases the models. Calling it again does nothing.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        endOutstanding();
        onClose.run();
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void endOutstanding() {
        for (CompletableFuture<RerankOutcome> future : outstanding) {
            future.complete(CLOSED);
        }
    }

    private static void release(SharedEngine engine) {
        synchronized (REGISTRY) {
            if (engine.released()) {
                if (processEngine == engine) {
                    processEngine = null;
                }
                engine.close();
            }
        }
    }
}
