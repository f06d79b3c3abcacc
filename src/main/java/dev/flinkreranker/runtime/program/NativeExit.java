package dev.flinkreranker.runtime.program;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the process end while a native call runs.
 *
 * <p>A JVM ends through C's {@code exit}, whatever ended it: a signal, {@code System.exit}, {@code
 * Runtime.halt}. That runs the destructors of the native library's static objects beside threads
 * that still use them, and the process crashes. Nothing needs these destructors: the system takes
 * everything back. What was registered last runs first, so {@code _exit} is registered behind the
 * objects that calls have made, and leaves before any destructor. The exit status stays.
 *
 * <p>So nobody has to wait for a batch, and what a shutdown hook still wants scored is scored.
 */
final class NativeExit {

    private static final Logger LOG = LoggerFactory.getLogger(NativeExit.class);

    private static volatile boolean ending;

    private NativeExit() {}

    /** Must come before the first native call. */
    static void prepare() {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(NativeExit::begin, "reranker-exit"));
        } catch (IllegalStateException e) {
            begin(); // it is ending already
        }
    }

    /**
     * Must follow every native call: it may have made static objects. Most are made by a program's
     * first calls, so the later ones are followed up ever more rarely, and again each when the
     * process ends.
     *
     * @param number which call of the program it was, from 1
     */
    static void afterCall(int number) {
        if (ending || Integer.bitCount(number) == 1) {
            leaveFirst();
        }
    }

    private static void begin() {
        ending = true;
        leaveFirst();
    }

    private static void leaveFirst() {
        try {
            NativeLibrary c = NativeLibrary.getInstance("c");
            // on_exit(function, argument) calls function(status, argument).
            c.getFunction("on_exit")
                    .invokeInt(new Object[] {c.getFunction("_exit"), Pointer.NULL});
        } catch (LinkageError e) {
            LOG.warn("a batch that runs while the process ends may crash it ({})", e.getMessage());
        }
    }
}
