package dev.flinkreranker.tests.rig;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Waits for what other processes do, which can only be asked for. */
public final class Eventually {

    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

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
        while (System.nanoTime() < deadline) {
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
            LockSupport.parkNanos(STEP_NANOS);
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
