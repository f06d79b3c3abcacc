package dev.flinkreranker.tests.rig;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Waits for what other processes do, which can only be asked for. */
public final class Eventually {

    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Looking takes at most a part of the time, however slow the machine is. */
    private static final int STEP_PER_LOOK = 3;

    private static final long LONGEST_STEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private Eventually() {}

    /**
     * Waits until a condition holds. An exception counts as not yet.
     *
     * @param what named in the error
     * @throws TimeoutException when it does not within the time, with the last exception
     */
    public static void holds(String what, Duration patience, Callable<Boolean> condition)
            throws TimeoutException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        Exception last = null;
        for (long start = System.nanoTime(); start < deadline; start = System.nanoTime()) {
            try {
                if (condition.call()) {
                    return;
                }
                last = null;
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                last = e;
            }
            long look = System.nanoTime() - start;
            LockSupport.parkNanos(
                    Math.max(STEP_NANOS, Math.min(STEP_PER_LOOK * look, LONGEST_STEP_NANOS)));
            if (Thread.interrupted()) {
                throw new InterruptedException(what);
            }
        }
        TimeoutException timeout =
                new TimeoutException(what + ": not within " + patience.toSeconds() + " s");
        if (last != null) {
            timeout.initCause(last);
        }
        throw timeout;
    }
}
