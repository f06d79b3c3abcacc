package dev.flinkreranker.runtime.batching;

import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import dev.flinkreranker.runtime.fault.DeviceMemoryException;
import dev.flinkreranker.runtime.fault.ScoringException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * Runs one batch and settles every one of its pairs, whatever the device reports:
 *
 * <ul>
 *   <li>out of memory: the halves are run instead, and so on; a single pair that does not fit is
 *       unscorable;
 *   <li>a fault of the batch: run once more as it is; if it fails again the halves are run, so that
 *       a pair that fails is found and fails alone;
 *   <li>a broken device: nothing can be settled, the exception goes up.
 * </ul>
 */
final class BatchRun<P, S> {

    private final ScoringProfile<P, S> profile;
    private final LongSupplier clock;
    private final BatchObserver observer;
    private final IntConsumer memoryExceeded;
    private final List<PairResult<P, S>> results = new ArrayList<>();
    private boolean clean = true;

    /**
     * @param memoryExceeded told the tokens of every batch that did not fit
     */
    BatchRun(
            ScoringProfile<P, S> profile,
            LongSupplier clock,
            BatchObserver observer,
            IntConsumer memoryExceeded) {
        this.profile = profile;
        this.clock = clock;
        this.observer = observer;
        this.memoryExceeded = memoryExceeded;
    }

    /** Runs the pairs; one result for each, in no particular order. */
    List<PairResult<P, S>> run(List<QueuedPair<P, S>> pairs) {
        attempt(pairs, true);
        return results;
    }

    /** Whether the first attempt succeeded, so that its time says something about the device. */
    boolean isClean() {
        return clean;
    }

    private void attempt(List<QueuedPair<P, S>> pairs, boolean mayRetry) {
        try {
            score(pairs);
        } catch (BrokenDeviceException e) {
            throw e;
        } catch (DeviceMemoryException e) {
            clean = false;
            memoryExceeded.accept(pairs.stream().mapToInt(QueuedPair::length).sum());
            if (pairs.size() == 1) {
                fail(pairs.get(0), e);
            } else {
                observer.splitForMemory();
                halves(pairs, true);
            }
        } catch (RuntimeException e) {
            clean = false;
            if (mayRetry) {
                observer.retried();
                again(pairs);
            } else if (pairs.size() == 1) {
                fail(pairs.get(0), e);
            } else {
                observer.splitForFault();
                halves(pairs, false);
            }
        }
    }

    private void score(List<QueuedPair<P, S>> pairs) {
        long start = clock.getAsLong();
        List<S> scores = profile.score(pairs.stream().map(QueuedPair::payload).toList());
        if (scores.size() != pairs.size()) {
            throw new ScoringException(
                    "the model returned "
                            + scores.size()
                            + " scores for a batch of "
                            + pairs.size()
                            + " pairs");
        }
        double nanosPerToken =
                (clock.getAsLong() - start)
                        / (double) pairs.stream().mapToLong(QueuedPair::length).sum();
        for (int i = 0; i < pairs.size(); i++) {
            QueuedPair<P, S> pair = pairs.get(i);
            long nanos = Math.round(nanosPerToken * pair.length());
            results.add(PairResult.scored(pair, scores.get(i), nanos));
        }
    }

    private void again(List<QueuedPair<P, S>> pairs) {
        List<QueuedPair<P, S>> wanted = wanted(pairs);
        if (!wanted.isEmpty()) {
            attempt(wanted, false);
        }
    }

    private void halves(List<QueuedPair<P, S>> pairs, boolean mayRetry) {
        int middle = pairs.size() / 2;
        for (List<QueuedPair<P, S>> half :
                List.of(pairs.subList(0, middle), pairs.subList(middle, pairs.size()))) {
            List<QueuedPair<P, S>> wanted = wanted(half);
            if (!wanted.isEmpty()) {
                attempt(wanted, mayRetry);
            }
        }
    }

    /** Faults take time: pairs that expired meanwhile are dropped. */
    private List<QueuedPair<P, S>> wanted(List<QueuedPair<P, S>> pairs) {
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

    private void fail(QueuedPair<P, S> pair, RuntimeException cause) {
        observer.unscorable(1);
        String message = cause.getMessage();
        results.add(
                PairResult.unscorable(
                        pair, message == null ? cause.getClass().getName() : message));
    }
}
