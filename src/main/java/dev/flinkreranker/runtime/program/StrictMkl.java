package dev.flinkreranker.runtime.program;

import com.sun.jna.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells MKL to add up a row's products in the same order whatever the number of rows.
 *
 * <p>On Intel's processors MKL cuts float32 sums by rows and threads, so that a score would depend
 * on its batch in the last bits. Its documented setting {@code MKL_CBWR=AUTO,STRICT} ends that, at
 * no cost that shows. It is read from the environment when libtorch is first used; what the
 * environment already says is left alone. Other makers' processors take another path in MKL and
 * need nothing.
 */
final class StrictMkl {

    private static final Logger LOG = LoggerFactory.getLogger(StrictMkl.class);

    private static final String VARIABLE = "MKL_CBWR";
    private static final String VALUE = "AUTO,STRICT";

    private StrictMkl() {}

    /** Must come before libtorch is loaded. */
    static void request(HostProcessor processor) {
        if (!processor.intel()) {
            return;
        }
        try {
            // Java cannot set its own environment; the last argument: do not replace.
            Function.getFunction("c", "setenv").invokeInt(new Object[] {VARIABLE, VALUE, 0});
        } catch (LinkageError e) {
            LOG.warn(
                    "float32 scores may differ in the last bits from batch to batch; set {}={} in"
                            + " the environment of this process ({})",
                    VARIABLE,
                    VALUE,
                    e.getMessage());
        }
    }
}
