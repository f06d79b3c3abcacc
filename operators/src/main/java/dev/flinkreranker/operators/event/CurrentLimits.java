package dev.flinkreranker.operators.event;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What topics take, as a task knows it: asked when the task starts, and again from time to time on
 * a thread that ends with the answer. So a topic that is changed meanwhile is known, and no record
 * waits for a broker.
 *
 * @param <T> the limits of all the topics that the task writes
 */
@Internal
public final class CurrentLimits<T> {

    private static final Logger LOG = LoggerFactory.getLogger(CurrentLimits.class);

    private final Callable<T> question;
    private final long intervalNanos;
    private volatile T limits;
    private long askedNanos = System.nanoTime();
    private @Nullable Thread asking;

    private CurrentLimits(Callable<T> question, Duration interval, T limits) {
        this.question = question;
        this.intervalNanos = interval.toNanos();
        this.limits = limits;
    }

    /**
     * Asks, and waits for the answer.
     *
     * @param interval how long an answer is good for
     * @throws Exception if there is none
     */
    public static <T> CurrentLimits<T> ask(Callable<T> question, Duration interval)
            throws Exception {
        return new CurrentLimits<>(question, interval, question.call());
    }

    /** The last answer. */
    public T get() {
        return limits;
    }

    /** Asks again if the last answer is old, and does not wait. For the task's thread. */
    public void refresh() {
        long now = System.nanoTime();
        if (now - askedNanos < intervalNanos || isAsking()) {
            return;
        }
        askedNanos = now;
        asking = new Thread(this::askAgain, "topic-limits");
        asking.setDaemon(true);
        asking.start();
    }

    boolean isAsking() {
        return asking != null && asking.isAlive();
    }

    private void askAgain() {
        try {
            T answer = question.call();
            if (!answer.equals(limits)) {
                LOG.info("The topics take other records now: {}", answer);
                limits = answer;
            }
        } catch (Exception e) {
            LOG.warn("Nobody says what the topics take now; what was known counts on", e);
        }
    }
}
