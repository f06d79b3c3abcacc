package dev.flinkreranker.runtime.batching;

import dev.flinkreranker.runtime.fault.Bisection;
import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import dev.flinkreranker.runtime.fault.DeviceMemoryException;
import dev.flinkreranker.runtime.fault.ScoringException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * Runs one batch and settles every one of its pairs, whatever the device reports, short of being
 * broken: then nothing can be settled, and the exception goes up.
 */
final class BatchRun<P, S> extends Bisection<QueuedPair<P, S>> {

    private final ScoringProfile<P, S> profile;
    private final int device;
    private final DeviceTime time;
    private final LongSupplier clock;
    private final BatchObserver observer;
    private final IntConsumer memoryExceeded;
    private final List<PairResult<P, S>> results = new ArrayList<>();
    private boolean clean = true;
    private long deviceNanos;

    /**
     * @param device place of the device among the batcher's, from 0
     * @param time that device's
     * @param memoryExceeded told how many tokens every batch computes that did not fit
     */
    BatchRun(
            ScoringProfile<P, S> profile,
            int device,
            DeviceTime time,
            LongSupplier clock,
            BatchObserver observer,
            IntConsumer memoryExceeded) {
        super(true);
        this.profile = profile;
        this.device = device;
        this.time = time;
        this.clock = clock;
        this.observer = observer;
        this.memoryExceeded = memoryExceeded;
    }

    /** Runs the pairs; one result for each, in no particular order. */
    List<PairResult<P, S>> run(List<QueuedPair<P, S>> pairs) {
        settle(pairs);
        return results;
    }

    /** Whether the first attempt succeeded, so that its time says something about the device. */
    boolean isClean() {
        return clean;
    }

    /** How long the device was busy with it so far. */
    long deviceNanos() {
        return deviceNanos;
    }

    @Override
    protected void score(List<QueuedPair<P, S>> pairs) {
        long called = clock.getAsLong();
        List<S> scores;
        try {
            scores = scores(pairs);
        } catch (RuntimeException e) {
            deviceNanos += time.failed(called, clock.getAsLong());
            throw e;
        }
        long end = clock.getAsLong();
        long busy = time.scored(called, end);
        deviceNanos += busy;
        long start = end - busy;
        double nanosPerToken = busy / (double) pairs.stream().mapToLong(QueuedPair::length).sum();
        for (int i = 0; i < pairs.size(); i++) {
            QueuedPair<P, S> pair = pairs.get(i);
            long nanos = Math.round(nanosPerToken * pair.length());
            results.add(PairResult.scored(pair, scores.get(i), start, nanos));
        }
    }

    private List<S> scores(List<QueuedPair<P, S>> pairs) {
        List<S> scores;
        try {
            scores = profile.score(device, pairs.stream().map(QueuedPair::payload).toList());
        } catch (BrokenDeviceException | DeviceMemoryException | ScoringException e) {
            throw e;
        } catch (RuntimeException e) {
            // Whatever else a profile throws may be one pair's fault too.
            String message = e.getMessage();
            throw new ScoringException(message == null ? e.getClass().getName() : message, e);
        }
        if (scores.size() != pairs.size()) {
            throw new ScoringException(
                    "the model returned "
                            + scores.size()
                            + " scores for a batch of "
                            + pairs.size()
                            + " pairs");
        }
        return scores;
    }

    /** Faults take time: pairs that expired meanwhile are dropped. */
    @Override
    protected List<QueuedPair<P, S>> wanted(List<QueuedPair<P, S>> pairs) {
        long now = clock.getAsLong();
        List<QueuedPair<P, S>> wanted = new ArrayList<>(pairs.size());
        for (QueuedPair<P, S> pair : pairs) {
            if (pair.group().isWanted(now)) {
                wanted.add(pair);
            } else {
                results.add(PairResult.dropped(pair));
            }
        }
        if (wanted.size() < pairs.size()) {
            observer.dropped(pairs.size() - wanted.size());
        }
        return wanted;
    }

    @Override
    protected void failed(List<QueuedPair<P, S>> pairs, RuntimeException cause) {
        clean = false;
        if (cause instanceof DeviceMemoryException) {
            memoryExceeded.accept(ComputedTokens.of(profile, pairs));
        }
    }

    @Override
    protected void retried() {
        observer.retried();
    }

    @Override
    protected void split(RuntimeException cause) {
        if (cause instanceof DeviceMemoryException) {
            observer.splitForMemory();
        } else {
            observer.splitForFault();
        }
    }

    @Override
    protected void unscorable(QueuedPair<P, S> pair, RuntimeException cause) {
        observer.unscorable(1);
        String message = cause.getMessage();
        results.add(
                PairResult.unscorable(
                        pair, message == null ? cause.getClass().getName() : message));
    }
}
