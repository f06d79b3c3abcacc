package dev.flinkreranker.runtime.engine;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the engine's threads. They outlive jobs, so they must not hold on to a job's classes. */
final class EngineThreads {

    private EngineThreads() {}

    /** Daemon threads with that name and a number, under the engine's own class loader. */
    static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            thread.setContextClassLoader(EngineThreads.class.getClassLoader());
            return thread;
        };
    }
}
