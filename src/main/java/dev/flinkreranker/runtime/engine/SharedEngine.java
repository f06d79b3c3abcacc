package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.batching.AdmissionQueue;
import dev.flinkreranker.runtime.batching.MicroBatcher;
import dev.flinkreranker.runtime.batching.Ticket;
import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import dev.flinkreranker.runtime.model.StatesBudget;
import dev.flinkreranker.runtime.program.ComputeDevice;
import dev.flinkreranker.runtime.program.DaemonThreads;
import dev.flinkreranker.runtime.program.DeviceList;
import dev.flinkreranker.runtime.trace.EngineTrace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine behind every {@link RerankEngine} handle of the process. A request passes through it
 * so: its model is loaded, it is admitted in its tenant's turn, a tokenizer thread turns it into
 * pairs, the batcher of its device scores them, and the last score completes its future.
 */
final class SharedEngine {

    private static final Logger LOG = LoggerFactory.getLogger(SharedEngine.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(30);

    private record Admitted(RunningRequest request, LoadedModel model, Announcement coming) {}

    private final EngineSettings settings;
    private final LongSupplier clock;
    private final EngineMeter meter = new EngineMeter();
    private final ModelRegistry models;
    private final @Nullable ScoreCache cache;
    private final StatesBudget states;
    private final AdmissionQueue<Admitted> admission;
    private final Devices devices;
    private final ScheduledThreadPoolExecutor timer;
    private final List<Thread> tokenizers = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition mayStart = lock.newCondition();
    private boolean closed;

    /** Handles on it; guarded by whoever hands them out. */
    private int handles;

    SharedEngine(
            EngineSettings settings,
            ModelOpener opener,
            LongSupplier clock,
            OrphanedLoads orphans) {
        this.settings = settings;
        this.clock = clock;
        this.models = new ModelRegistry(opener, clock, settings.loadBackoff(), meter, orphans);
        this.cache = settings.cacheBytes() == 0 ? null : new ScoreCache(settings.cacheBytes());
        this.devices = new Devices(device -> batcher(DeviceList.of(device)));
        this.states = new StatesBudget(settings.stateBytes());
        this.admission = new AdmissionQueue<>(settings.limits(), settings.batch().turnTokens());
        this.timer = new ScheduledThreadPoolExecutor(1, DaemonThreads.named("reranker-deadline"));
        timer.setRemoveOnCancelPolicy(true);
        ThreadFactory threads = DaemonThreads.named("reranker-tokenizer");
        for (int i = 0; i < settings.tokenizerThreads(); i++) {
            Thread tokenizer = threads.newThread(this::tokenizeUntilClosed);
            tokenizers.add(tokenizer);
            tokenizer.start();
        }
    }

    EngineSettings settings() {
        return settings;
    }

    void acquired() {
        handles++;
    }

    /** Gives one handle back. Returns whether it was the last. */
    boolean released() {
        return --handles == 0;
    }

    /** Whether one of its devices is lost: what needs it fails from now on. */
    boolean isBroken() {
        return devices.all().stream().anyMatch(MicroBatcher::hasEnded);
    }

    CompletableFuture<RerankOutcome> rerank(RerankTask task) {
        if (task.passages().isEmpty()) {
            RerankOutcome none = new RerankOutcome.Failed("a request needs at least one passage");
            meter.ended(none, null);
            return CompletableFuture.completedFuture(none);
        }
        long timeout = task.timeoutNanos();
        long now = clock.getAsLong();
        long deadline = timeout < Long.MAX_VALUE - now ? now + timeout : Long.MAX_VALUE;
        @Nullable ScoreCache scores = task.admission().cache() ? cache : null;
        RunningRequest request =
                new RunningRequest(task, now, deadline, scores, states, EngineTrace.current(clock));
        @Nullable Future<?> alarm = alarm(request, deadline, timeout);
        request.future()
                .whenComplete(
                        (outcome, failure) -> {
                            if (alarm != null) {
                                alarm.cancel(false);
                            }
                            meter.ended(outcome, failure);
                        });
        models.whenReady(
                task.model(),
                task.scoring(),
                (model, failure) -> {
                    if (failure == null) {
                        enqueue(request, model);
                    } else {
                        refuse(request, failure);
                    }
                });
        return request.future();
    }

    CompletableFuture<Void> load(ModelReference model) {
        CompletableFuture<Void> loaded = new CompletableFuture<>();
        models.whenReady(
                model,
                null,
                (ready, failure) -> {
                    if (failure == null) {
                        loaded.complete(null);
                    } else {
                        loaded.completeExceptionally(
                                new IllegalStateException(notLoaded(model, failure), failure));
                    }
                });
        return loaded;
    }

    OptionalDouble secondsUntilScored(List<RerankTask> stages) {
        return Forecast.secondsUntilScored(stages, models, devices);
    }

    EngineCounts counts() {
        return meter.counts(
                load(), cache == null ? EngineCounts.Cache.NONE : cache.counts(), states.bytes());
    }

    DeviceCounts device(String name) {
        int tokens = settings.batchOn(ComputeDevice.named(name)).maxTokens();
        ModelMemory memory = models.memory(name, tokens);
        // Of several batches under way one computes, with memory that the former gave back.
        return meter.device(name, memory.weights(), memory.batch());
    }

    private EngineCounts.Load load() {
        List<MicroBatcher<PairInput, PairOutput>> batchers = devices.all();
        long queuedPairs = batchers.stream().mapToLong(MicroBatcher::queuedPairs).sum();
        long queuedTokens = batchers.stream().mapToLong(MicroBatcher::queuedTokens).sum();
        lock.lock();
        try {
            return new EngineCounts.Load(
                    admission.waiting(),
                    admission.pairs(),
                    admission.bytes(),
                    admission.tokens(),
                    queuedPairs,
                    queuedTokens);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends every thread and releases every model, each as soon as its device has returned from the
     * batch that runs. Waits for that and for a model that is being loaded, but not for ever.
     */
    void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            devices.close();
            mayStart.signalAll();
        } finally {
            lock.unlock();
        }
        timer.shutdownNow();
        models.shutdown();
        long giveUpAt = System.nanoTime() + CLOSE_WITHIN.toNanos();
        try {
            for (Thread tokenizer : tokenizers) {
                tokenizer.join(millisUntil(giveUpAt));
            }
            devices.all().forEach(MicroBatcher::shutdown);
            models.releaseAllBut(devices.names());
            for (String device : devices.names()) {
                if (devices.find(device).awaitEnd(Duration.ofMillis(millisUntil(giveUpAt)))) {
                    // Again, for a model that was loaded after the device was lost.
                    models.release(device);
                } else {
                    LOG.warn(
                            "device {} still runs a batch; its models are released when that ends",
                            device);
                }
            }
            if (!models.awaitEnd(Duration.ofMillis(millisUntil(giveUpAt)))) {
                LOG.warn("a model is still being loaded; it is released when that ends");
            }
        } catch (InterruptedException e) {
            devices.all().forEach(MicroBatcher::shutdown);
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Future<?> alarm(RunningRequest request, long deadline, long timeout) {
        if (deadline == Long.MAX_VALUE) {
            return null;
        }
        try {
            return timer.schedule(
                    () -> request.end(new RerankOutcome.TimedOut()), timeout, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // Closed meanwhile: the request is refused further on.
            return null;
        }
    }

    private static void refuse(RunningRequest request, Throwable failure) {
        if (failure instanceof BrokenDeviceException) {
            request.future().completeExceptionally(failure);
        } else {
            request.end(new RerankOutcome.Failed(notLoaded(request.task().model(), failure)));
        }
    }

    private static String notLoaded(ModelReference model, Throwable failure) {
        return "model "
                + model.directory()
                + " could not be loaded: "
                + RunningRequest.reason(failure);
    }

    private void enqueue(RunningRequest request, LoadedModel model) {
        Announcement coming = Announcement.of(request.task(), model, devices);
        Ticket<Admitted> ticket =
                request.ticket(new Admitted(request, model, coming), coming.tokenCost());
        request.whenSettled(() -> release(ticket));
        boolean refused = false;
        boolean tooLate;
        lock.lock();
        try {
            tooLate = closed;
            if (!tooLate) {
                boolean throttle =
                        request.task().admission().onOverload() == Admission.OnOverload.THROTTLE;
                refused = !admission.offer(ticket, throttle);
                mayStart.signal();
            }
        } finally {
            lock.unlock();
        }
        if (tooLate) {
            request.end(new RerankOutcome.Failed("the engine was closed"));
        } else if (refused) {
            request.end(new RerankOutcome.Throttled());
        }
        // Also for a future that is done already: its place is given up at once.
        request.future().whenComplete((outcome, failure) -> withdraw(ticket));
    }

    private MicroBatcher<PairInput, PairOutput> batcher(DeviceList list) {
        return new MicroBatcher<>(
                list.names(),
                list.kind().batchesAtOnce(),
                settings.batchOn(list.kind()),
                clock,
                meter,
                () -> models.release(list.toString()));
    }

    private void tokenizeUntilClosed() {
        Ticket<Admitted> ticket = awaitAdmitted();
        while (ticket != null) {
            tokenize(ticket);
            ticket = awaitAdmitted();
        }
    }

    /** Waits for a request that may start; null when the engine is closed. */
    private @Nullable Ticket<Admitted> awaitAdmitted() {
        lock.lock();
        try {
            while (!closed) {
                Ticket<Admitted> ticket = admission.poll();
                if (ticket != null) {
                    if (admission.hasNext()) {
                        mayStart.signal();
                    }
                    return ticket;
                }
                mayStart.awaitUninterruptibly();
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void tokenize(Ticket<Admitted> ticket) {
        RunningRequest request = ticket.request().request();
        long start = clock.getAsLong();
        request.trace().admitted(request.arrival(), start);
        try {
            long tokens =
                    request.tokenize(
                            ticket.request().model(),
                            settings.batch().maxTokens(),
                            devices.get(request.task().model().device())::submit);
            ticket.request().coming().came(request.future().isDone() ? 0 : tokens);
            lock.lock();
            try {
                admission.weighed(ticket, tokens);
                mayStart.signal();
            } finally {
                lock.unlock();
            }
        } catch (Throwable e) {
            LOG.error("a request of tenant {} failed", request.task().tenant(), e);
            request.end(new RerankOutcome.Failed(RunningRequest.reason(e)));
            release(ticket);
        } finally {
            request.forgetLeft();
        }
        long end = clock.getAsLong();
        request.trace().tokenized(start, end);
        meter.tokenized(request, end - start);
    }

    private void release(Ticket<Admitted> ticket) {
        lock.lock();
        try {
            if (admission.release(ticket)) {
                mayStart.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void withdraw(Ticket<Admitted> ticket) {
        ticket.request().coming().came(0);
        lock.lock();
        try {
            if (admission.withdraw(ticket)) {
                // It may have stood before a request of its tenant that fits.
                mayStart.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private static long millisUntil(long nanoTime) {
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanoTime - System.nanoTime()));
    }
}
