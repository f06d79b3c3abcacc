package dev.flinkreranker.workbench.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The processor's time of the job's own threads, in a process that holds sender, broker and reader
 * too: those of Flink, of its tasks and of their Kafka clients, and of the engine. What the virtual
 * machine takes to compile and to collect garbage is nobody's.
 *
 * @param byThread nanoseconds until now, by the thread's id
 */
record JobTime(Map<Long, Long> byThread) {

    /**
     * Flink names a task, and what reads for it, {@code NAME (1/2)#0}. A producer without a client
     * id of its own, as a task's is, gets one of Kafka.
     */
    private static final Pattern OWN =
            Pattern.compile(
                    ".*\\([0-9]+/[0-9]+\\)#[0-9]+|kafka-producer-network-thread \\| producer-.*"
                            + "|AsyncOperations-thread-.*|(reranker|flink|jobmanager)-.*");

    static JobTime now() {
        ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        long[] ids = threads.getAllThreadIds();
        ThreadInfo[] infos = threads.getThreadInfo(ids);
        long[] nanos = threads.getThreadCpuTime(ids);
        Map<Long, Long> own = new HashMap<>();
        for (int i = 0; i < ids.length; i++) {
            // One that has just ended has neither.
            if (infos[i] != null && nanos[i] >= 0 && isOwn(infos[i].getThreadName())) {
                own.put(ids[i], nanos[i]);
            }
        }
        return new JobTime(own);
    }

    static boolean isOwn(String thread) {
        return OWN.matcher(thread).matches();
    }

    /** Nanoseconds from then to this; a thread that has ended in between counts nothing. */
    long since(JobTime then) {
        return byThread.entrySet().stream()
                .mapToLong(own -> own.getValue() - then.byThread.getOrDefault(own.getKey(), 0L))
                .sum();
    }
}
