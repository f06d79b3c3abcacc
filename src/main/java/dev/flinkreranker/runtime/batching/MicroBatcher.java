package dev.flinkreranker.runtime.batching;

import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps devices of one kind busy with what waits in one queue: threads of each of them form the
 * next batch whenever their device is free, and run it; one more thread hands the results out
 * meanwhile. A device with two threads also takes a batch while one runs, if a full one waits: what
 * is done before and after a batch is done meanwhile, and less would only make batches smaller.
 *
 * <p>Work-conserving: an idle device takes at once what is there (unless a linger is set), and
 * while it is busy the queue fills the next batch. Nothing has to fill up or time out, so it drains
 * by itself at the end of the input. Submission never blocks; whoever submits bounds what waits.
 *
 * @param <P> a pair, ready for the device
 * @param <S> its score
 */
public final class MicroBatcher<P, S> implements AutoCloseable {

    private static final double NANOS = 1e9;

    private final BatchSettings settings;
    private final LongSupplier clock;
    private final BatchObserver observer;
    private final PairQueue<P, S> queue;
    private final HandOut handOut;
    private final List<String> devices;
    private final List<Thread> threads = new ArrayList<>();
    private final Runnable afterLastBatch;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    private @Nullable RuntimeException ended;
    private long lingerUntil;

    private final List<DeviceTime> times;

    /** Threads that go on. */
    private int serving;

    /**
     * @param devices names of the devices, at least one; profiles get their places in this list
     * @param batchesAtOnce threads of each device: how many batches it has under way at most, at
     *     least 1
     * @param settings how batches are formed
     * @param clock nanoseconds from any fixed origin
     * @param observer hears what happens
     * @param afterLastBatch run by a device's thread when none will touch a device any more: the
     *     place to release models
     */
    public MicroBatcher(
            List<String> devices,
            int batchesAtOnce,
            BatchSettings settings,
            LongSupplier clock,
            BatchObserver observer,
            Runnable afterLastBatch) {
        this.settings = settings;
        this.clock = clock;
        this.observer = observer;
        this.afterLastBatch = afterLastBatch;
        this.queue = new PairQueue<>(settings);
        this.handOut = new HandOut("reranker-results-" + String.join(",", devices));
        this.devices = List.copyOf(devices);
        this.times = Stream.generate(DeviceTime::new).limit(devices.size()).toList();
        this.serving = devices.size() * batchesAtOnce;
        for (int i = 0; i < serving; i++) {
            int device = i % devices.size();
            Thread thread =
                    new Thread(() -> serve(device), "reranker-device-" + devices.get(device));
            thread.setDaemon(true);
            thread.setContextClassLoader(MicroBatcher.class.getClassLoader());
            threads.add(thread);
        }
        handOut.start();
        threads.forEach(Thread::start);
    }

    /** Queues pairs. Their listeners hear of each, even if the batcher has ended. Never blocks. */
    public void submit(List<QueuedPair<P, S>> pairs) {
        @Nullable RuntimeException cause;
        lock.lock();
        try {
            cause = ended;
            if (cause == null) {
                boolean wasEmpty = queue.pairs() == 0;
                long now = clock.getAsLong();
                for (QueuedPair<P, S> pair : pairs) {
                    queue.add(pair, now);
                }
                if (wasEmpty) {
                    lingerUntil = now + settings.linger().toNanos();
                }
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
        if (cause != null) {
            abandon(pairs, cause);
        }
    }

    /** Pairs that wait for the device. */
    public long queuedPairs() {
        return locked(queue::pairs);
    }

    /** Tokens that wait for the device. */
    public long queuedTokens() {
        return locked(queue::tokens);
    }

    /**
     * What a pair costs, in tokens of the device's usual work: its own length until batches of the
     * profile have run.
     */
    public double work(ScoringProfile<P, S> profile, int length) {
        return locked(() -> queue.work(profile, length));
    }

    /**
     * Announces pairs that will be submitted once they are tokenized, so that {@link #secondsUntil}
     * counts them.
     *
     * @return to be handed to {@link #came} when they were submitted, or will not be
     */
    public Coming expect(String tenant, double weight, Demand<P, S> demand) {
        return locked(() -> queue.expect(tenant, weight, demand));
    }

    /**
     * What was announced was submitted. A second call does nothing.
     *
     * @param tokens of all its pairs; 0 for pairs that will not all come
     */
    public void came(Coming coming, long tokens) {
        lock.lock();
        try {
            coming.came(tokens);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Seconds until pairs would be scored that came now: what is left of the batches that run, and
     * all that goes before them in the fair order of tenants.
     *
     * @param demands pairs of one request, one after the other
     * @return predicted; empty while the cost of some of them is not known
     */
    public OptionalDouble secondsUntil(String tenant, double weight, List<Demand<P, S>> demands) {
        lock.lock();
        try {
            long now = clock.getAsLong();
            double[] running = times.stream().mapToDouble(time -> time.left(now) / NANOS).toArray();
            return queue.secondsUntil(tenant, weight, demands, now, running);
        } finally {
            lock.unlock();
        }
    }

    /** Whether it has ended, by itself or because it was asked to: whatever is submitted fails. */
    public boolean hasEnded() {
        return locked(() -> ended != null);
    }

    /** Starts to end: nothing more is taken; waiting pairs are abandoned. Does not wait. */
    public void shutdown() {
        end(new IllegalStateException("the batcher was closed"));
    }

    /**
     * Waits until all threads have ended. A running batch cannot be interrupted, so this may take
     * as long as a batch.
     *
     * @return whether they have
     */
    public boolean awaitEnd(Duration atMost) throws InterruptedException {
        long start = System.nanoTime();
        List<Thread> all = new ArrayList<>(threads);
        all.add(handOut);
        for (Thread thread : all) {
            long left = atMost.toNanos() - (System.nanoTime() - start);
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
        }
        return all.stream().noneMatch(Thread::isAlive);
    }

    /** Ends and waits for at most half a minute. */
    @Override
    public void close() {
        shutdown();
        try {
            awaitEnd(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(int device) {
        try {
            @Nullable Batch<P, S> batch = nextBatch(device);
            while (batch != null) {
                run(device, batch);
                batch = nextBatch(device);
            }
        } catch (Throwable e) {
            // An Error here (no heap, a class that does not link) would leave everybody waiting.
            end(broken(e));
        } finally {
            if (locked(() -> --serving) == 0) {
                try {
                    handOut.finish();
                } finally {
                    afterLastBatch.run();
                }
            }
        }
    }

    /** Waits for work; null when ended. */
    private @Nullable Batch<P, S> nextBatch(int device) throws InterruptedException {
        @Nullable Batch<P, S> batch = null;
        while (batch == null) {
            List<QueuedPair<P, S>> dropped;
            lock.lock();
            try {
                awaitWork(times.get(device));
                if (ended != null) {
                    return null;
                }
                long now = clock.getAsLong();
                batch = queue.next(now);
                if (batch != null) {
                    times.get(device).began(now, (long) (queue.seconds(batch) * NANOS));
                    changed.signalAll(); // for another thread that may take what is left
                }
                dropped = queue.takeDropped();
            } finally {
                lock.unlock();
            }
            if (!dropped.isEmpty()) {
                observer.dropped(dropped.size());
                handOut.put(dropped.stream().map(PairResult::dropped).toList());
            }
        }
        return batch;
    }

    private void awaitWork(DeviceTime time) throws InterruptedException {
        while (ended == null && !queue.hasFullBatch()) {
            if (queue.pairs() == 0 || !time.isIdle()) {
                changed.await();
                continue;
            }
            long left = settings.linger().isZero() ? 0 : lingerUntil - clock.getAsLong();
            if (left <= 0) {
                return;
            }
            changed.awaitNanos(left);
        }
    }

    private void run(int device, Batch<P, S> batch) throws InterruptedException {
        BatchRun<P, S> run =
                new BatchRun<>(
                        batch.profile(),
                        device,
                        times.get(device),
                        clock,
                        observer,
                        tokens -> outOfMemory(batch.profile(), tokens));
        List<PairResult<P, S>> results;
        try {
            results = run.run(batch.pairs());
        } catch (Throwable e) {
            BrokenDeviceException broken = broken(e);
            // Before anybody hears of it, so that whoever starts again finds it ended.
            end(broken);
            handOut.put(() -> abandon(batch.pairs(), broken));
            throw broken;
        }
        long start = clock.getAsLong() - run.deviceNanos();
        try {
            BatchCost cost = locked(() -> learn(device, batch, run));
            // Before the results, so that whoever has them finds their batch counted.
            observer.ran(report(device, batch, start, run.deviceNanos(), cost), batch.pairs());
        } finally {
            handOut.put(results);
        }
    }

    private BatchCost learn(int device, Batch<P, S> batch, BatchRun<P, S> run) {
        long now = clock.getAsLong();
        if (run.isClean()) {
            queue.ran(device, batch, run.deviceNanos() / NANOS, now);
        }
        times.get(device).ended(now);
        changed.signalAll();
        return queue.cost(batch.profile());
    }

    private void outOfMemory(ScoringProfile<P, S> profile, int tokens) {
        lock.lock();
        try {
            queue.outOfMemory(profile, tokens);
        } finally {
            lock.unlock();
        }
    }

    private BatchReport report(
            int device, Batch<P, S> batch, long start, long nanos, BatchCost cost) {
        long sum = 0;
        long max = 0;
        for (QueuedPair<P, S> pair : batch.pairs()) {
            long wait = start - pair.arrival();
            sum += wait;
            max = Math.max(max, wait);
        }
        return new BatchReport(
                devices.get(device),
                batch.pairs().size(),
                batch.tokens(),
                batch.tokens() - batch.computed(),
                batch.profile().rows(batch.computed()),
                batch.longest(),
                batch.budget(),
                batch.closing(),
                sum / batch.pairs().size(),
                max,
                start,
                nanos,
                cost);
    }

    private static BrokenDeviceException broken(Throwable e) {
        return e instanceof BrokenDeviceException known
                ? known
                : new BrokenDeviceException("the device thread failed: " + e, e);
    }

    private void end(RuntimeException cause) {
        List<QueuedPair<P, S>> waiting;
        lock.lock();
        try {
            if (ended != null) {
                return;
            }
            ended = cause;
            waiting = new ArrayList<>(queue.clear());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        abandon(waiting, cause);
        if (cause instanceof BrokenDeviceException broken) {
            observer.broken(broken);
        }
    }

    private void abandon(List<QueuedPair<P, S>> pairs, RuntimeException cause) {
        for (QueuedPair<P, S> pair : pairs) {
            pair.group().listener().abandoned(pair.index(), cause);
        }
    }

    private <T> T locked(Supplier<T> read) {
        lock.lock();
        try {
            return read.get();
        } finally {
            lock.unlock();
        }
    }
}
