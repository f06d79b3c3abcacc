package dev.flinkreranker.runtime.program;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes threads of the process. They outlive jobs, so they must not hold on to a job's classes. */
public final class DaemonThreads {

    private DaemonThreads() {}

    /** Daemon threads with that name and a number, under this library's own class loader. */
    public static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            thread.setContextClassLoader(DaemonThreads.class.getClassLoader());
            return thread;
        };
    }
}
