package dev.flinkreranker.runtime.program;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
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
 * <p>So nobody has to wait for a batch, and what a shutdown hook still wants scored is scored. Only
 * while the library is being loaded does the end wait.
 */
final class NativeExit {

    private static final Logger LOG = LoggerFactory.getLogger(NativeExit.class);

    /** Longest that the process waits for the library to be loaded: seconds. */
    private static final long LOADED_WITHIN = 30;

    private static final ReentrantLock LOADING = new ReentrantLock();
    private static volatile boolean ending;

    private NativeExit() {}

    /** Must come before the library is loaded. */
    static void prepare() {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(NativeExit::begin, "reranker-exit"));
        } catch (IllegalStateException e) {
            ending = true;
        }
    }

    /**
     * Loads the library. That makes most of its static objects and uses them, so the process does
     * not end meanwhile, and loads nothing when it is ending.
     *
     * @throws IllegalStateException if the process is ending
     */
    static void load(Runnable library) {
        LOADING.lock();
        try {
            if (ending) {
                throw new IllegalStateException("the process is ending");
            }
            library.run();
            leaveFirst();
        } finally {
            LOADING.unlock();
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
        boolean loaded = false;
        try {
            loaded = LOADING.tryLock(LOADED_WITHIN, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        leaveFirst();
        if (loaded) {
            LOADING.unlock();
        }
    }

    private static void leaveFirst() {
        try {
            NativeLibrary c = NativeLibrary.getInstance("c");
            // on_exit(function, argument) calls function(status, argument).
            c.getFunction("on_exit").invokeInt(new Object[] {c.getFunction("_exit"), Pointer.NULL});
        } catch (LinkageError e) {
            LOG.warn("a batch that runs while the process ends may crash it ({})", e.getMessage());
        }
    }
}
