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

    /** Whether this thread's graph executor has been told not to specialise by shape. */
    private static final ThreadLocal<Boolean> PREPARED = ThreadLocal.withInitial(() -> false);

    private static volatile boolean loaded;

    /** Threads that share an operation where one device has the whole CPU. */
    private static int ofWholeCpu;

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
        return JniUtils.getNumThreads();
    }

    /**
     * Lets so many devices share the CPU, which are served by threads that begin after this, unless
     * somebody has chosen how many threads an operation has.
     */
    static void share(int devices) {
        load();
        if (!isChosen()) {
            JniUtils.setNumThreads(Math.max(1, ofWholeCpu / devices));
        }
    }

    /** Must precede every call of a program. */
    static void prepareThread() {
        if (!PREPARED.get()) {
            // The profiling executor would delay the first call of a thread, for nothing.
            JniUtils.setGraphExecutorOptimize(false);
            // OpenMP counts threads anew for each thread; this makes libtorch tell it.
            JniUtils.getNumThreads();
            PREPARED.set(true);
        }
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
    }

    private static boolean isChosen() {
        return System.getenv("OMP_NUM_THREADS") != null || Integer.getInteger(DJL_THREADS) != null;
    }
}
