package dev.flinkreranker.workbench.replay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/** What this process takes of memory as its work goes on: a sample at each tenth of it. */
final class MemorySamples implements AutoCloseable {
    private static final long LOOK_MILLIS = 100;

    private final DoubleSupplier progress;
    private final List<Sample> samples = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread = new Thread(this::watch, "memory-samples");

    /**
     * One sample.
     *
     * @param heapMiB in use after a collection
     * @param residentMiB of the process, in memory; 0 where the system does not tell
     */
    record Sample(long heapMiB, long residentMiB) {}

    private MemorySamples(DoubleSupplier progress) {
        this.progress = progress;
    }

    /** Starts to watch work whose progress is told from 0 to 1. */
    static MemorySamples start(DoubleSupplier progress) {
        MemorySamples samples = new MemorySamples(progress);
        samples.thread.setDaemon(true);
        samples.thread.start();
        return samples;
    }

    /** One for each tenth that has been seen to end. */
    List<Sample> tenths() {
        return List.copyOf(samples);
    }

    /** The memory of this moment, after a collection. */
    static Sample now() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return new Sample((runtime.totalMemory() - runtime.freeMemory()) >> 20, residentMiB());
    }

    @Override
    public void close() {
        ended.countDown();
    }

    private void watch() {
        double next = 0.1;
        try {
            while (!ended.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                if (next < 1.05 && progress.getAsDouble() >= Math.min(next, 0.999)) {
                    samples.add(now());
                    next += 0.1;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long residentMiB() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
