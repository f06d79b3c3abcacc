package dev.flinkreranker.runtime.program;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;

/** The native library: loaded once, with the settings that programs rely on. */
final class LibTorch {

    private static final String ENGINE = "PyTorch";

    /** DJL's own setting. */
    private static final String DJL_THREADS = "ai.djl.pytorch.num_threads";

    /** Whether this thread knows how programs run. */
    private static final ThreadLocal<Boolean> PREPARED = ThreadLocal.withInitial(() -> false);

    private static volatile boolean loaded;

    /** Threads that share an operation where one device has the whole CPU. */
    private static int ofWholeCpu;

    /** Threads that share an operation, but for {@link #prepareSoloThread}. */
    private static volatile int threads;

    static {
        StrictMkl.request(HostProcessor.current());
        NativeExit.prepare();
    }

    private LibTorch() {}

    /** A manager of native memory on a device; the root of everything that must be closed. */
    static PtNDManager newManager(ai.djl.Device device) {
        load();
        return (PtNDManager) NDManager.newBaseManager(device, ENGINE);
    }

    /** Whether the library has been built for GPUs. */
    static boolean isForGpus() {
        load();
        return Engine.getEngine(ENGINE).hasCapability("CUDA");
    }

    /** Threads that share an operation on the CPU. */
    static int threads() {
        load();
        return threads;
    }

    /** Sets {@link #threads} for this thread and those that call their first program later. */
    static void useThreads(int number) {
        load();
        threads = number;
        JniUtils.setNumThreads(number);
    }

    /**
     * Lets so many devices share the CPU, which are served by threads that begin after this, unless
     * somebody has chosen how many threads an operation has.
     */
    static void share(int devices) {
        load();
        if (!isChosen()) {
            useThreads(Math.max(1, ofWholeCpu / devices));
        }
    }

    /** Must precede every call of a program. */
    static void prepareThread() {
        prepareThread(threads());
    }

    /** The same for a thread whose operations no other shares. */
    static void prepareSoloThread() {
        load();
        prepareThread(1);
    }

    private static void prepareThread(int number) {
        if (PREPARED.get()) {
            return;
        }
        // The profiling executor would delay the first call of a thread, for nothing.
        JniUtils.setGraphExecutorOptimize(false);
        // libtorch gives each thread the number that was set last, by whomever, when it is first
        // asked; so the thread's own number comes after that.
        JniUtils.getNumThreads();
        JniUtils.setNumThreads(number);
        PREPARED.set(true);
    }

    private static void load() {
        if (!loaded) {
            NativeExit.load(LibTorch::loadLibrary);
            loaded = true;
        }
    }

    private static void loadLibrary() {
        // DJL looks for engines and native files through the context class loader, which in
        // Flink's threads is not the one that holds DJL.
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(LibTorch.class.getClassLoader());
        try {
            Engine.getEngine(ENGINE);
        } finally {
            thread.setContextClassLoader(before);
        }
        keepWithinProcessors();
    }

    /** libtorch counts the machine's cores; a container may have fewer, by quota or by cpuset. */
    private static void keepWithinProcessors() {
        int processors = Runtime.getRuntime().availableProcessors();
        if (!isChosen() && JniUtils.getNumThreads() > processors) {
            JniUtils.setNumThreads(processors);
        }
        ofWholeCpu = JniUtils.getNumThreads();
        threads = ofWholeCpu;
    }

    private static boolean isChosen() {
        return System.getenv("OMP_NUM_THREADS") != null || Integer.getInteger(DJL_THREADS) != null;
    }
}
