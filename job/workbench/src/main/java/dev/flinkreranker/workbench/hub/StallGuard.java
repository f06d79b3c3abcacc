package dev.flinkreranker.workbench.hub;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Closes a stream that brings nothing for too long, so that whoever reads it goes on. */
final class StallGuard implements AutoCloseable {

    private final InputStream in;
    private final long limit;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    task -> {
                        Thread thread = new Thread(task, "hub-stall-guard");
                        thread.setDaemon(true);
                        return thread;
                    });
    private volatile long last = System.nanoTime();

    StallGuard(InputStream in, Duration limit) {
        this.in = in;
        this.limit = limit.toNanos();
        long period = Math.max(1, this.limit / 4);
        timer.scheduleWithFixedDelay(this::check, period, period, TimeUnit.NANOSECONDS);
    }

    /** Something came. */
    void alive() {
        last = System.nanoTime();
    }

    private void check() {
        if (System.nanoTime() - last > limit) {
            try {
                in.close();
            } catch (IOException e) {
                // Its reader learns it.
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
