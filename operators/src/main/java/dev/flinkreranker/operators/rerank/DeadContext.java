package dev.flinkreranker.operators.rerank;

import dev.flinkreranker.runtime.fault.DeadContextException;
import org.apache.flink.annotation.Internal;
import org.apache.flink.util.ExceptionUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a process whose GPU context is dead. A task that fails instead would be started again in the
 * same process, for ever; whatever runs the process replaces it, and the job goes on there from its
 * last checkpoint.
 */
@Internal
public final class DeadContext {

    /** The process's status: neither Flink's nor the JVM's own. */
    static final int EXIT_STATUS = 86;

    private static final Logger LOG = LoggerFactory.getLogger(DeadContext.class);

    private DeadContext() {}

    /** Does not return if that is why something failed. */
    public static void endProcessIfIn(Throwable failure) {
        ExceptionUtils.findThrowable(failure, DeadContextException.class)
                .ifPresent(
                        dead -> {
                            LOG.error(
                                    "this process ends with status {}, because its GPU is lost: {}",
                                    EXIT_STATUS,
                                    dead.getMessage());
                            // Nothing is orderly any more: threads hang in calls to the device.
                            Runtime.getRuntime().halt(EXIT_STATUS);
                        });
    }
}
