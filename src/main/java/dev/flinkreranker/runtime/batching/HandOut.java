package dev.flinkreranker.runtime.batching;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners what became of their pairs, on a thread of its own, so that the device goes on
 * meanwhile. Holds back the device when it falls behind by several batches.
 */
final class HandOut extends Thread {

    private static final Logger LOG = LoggerFactory.getLogger(HandOut.class);
    private static final int BATCHES_BEHIND = 8;

    private final BlockingQueue<Runnable> work = new ArrayBlockingQueue<>(BATCHES_BEHIND);
    private boolean finished;

    HandOut(String name) {
        super(name);
        setDaemon(true);
        setContextClassLoader(HandOut.class.getClassLoader());
    }

    <P, S> void put(List<PairResult<P, S>> results) throws InterruptedException {
        work.put(() -> results.forEach(result -> tell(result::deliver)));
    }

    void put(Runnable task) throws InterruptedException {
        work.put(() -> tell(task));
    }

    /** Ends the thread after everything put so far. */
    void finish() {
        boolean interrupted = false;
        while (true) {
            try {
                work.put(() -> finished = true);
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        while (!finished) {
            try {
                work.take().run();
            } catch (InterruptedException e) {
                LOG.debug("{} ignores an interrupt; it ends when the device does", getName());
            }
        }
    }

    private static void tell(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            // One listener's failure must not keep the others from their scores; an Error can come
            // from the classes of a job that has ended.
            LOG.error("a listener failed to take its score", e);
        }
    }
}
