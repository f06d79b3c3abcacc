package dev.flinkreranker.runtime.program;

import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * A loaded TorchScript program: methods without weights, which each call brings along. Safe for use
 * by many threads until it is closed; whoever closes it sees to it that no call is under way.
 */
public final class Program implements AutoCloseable {

    private final ComputeDevice device;
    private final PtNDManager manager;
    private final PtSymbolBlock module;

    private Program(ComputeDevice device, PtNDManager manager, PtSymbolBlock module) {
        this.device = device;
        this.manager = manager;
        this.module = module;
    }

    /**
     * Loads a program of this package's resources.
     *
     * @param resource file name, for example {@code weights.py}
     * @param attributes values of the attributes that its class declares besides {@code training}:
     *     {@link Integer}, {@link Double} or {@link Boolean}
     * @param device where it will run
     */
    public static Program load(String resource, Map<String, ?> attributes, ComputeDevice device) {
        return loadText(text(resource), attributes, device);
    }

    /**
     * The same for a model's program: with the matrix products that all models share, {@code
     * products.py}, which takes its attributes from the grid.
     *
     * @param resource file name, for example {@code encoder.py}
     * @param attributes those of the program alone
     * @param grid how many rows its products may have
     */
    public static Program loadModel(
            String resource, Map<String, ?> attributes, RowGrid grid, ComputeDevice device) {
        Map<String, Object> all = new HashMap<>(attributes);
        all.put("product_rows", grid.productRows());
        all.put("short_sum", RowGrid.SHORT_SUM);
        return loadText(text(resource) + text("products.py"), all, device);
    }

    private static Program loadText(String text, Map<String, ?> attributes, ComputeDevice device) {
        byte[] archive = ProgramArchive.pack(text, attributes);
        PtNDManager manager = LibTorch.newManager(device.device());
        try {
            LibTorch.prepareThread();
            PtSymbolBlock module =
                    JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false);
            return new Program(device, manager, module);
        } catch (IOException e) {
            manager.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /** Threads that share an operation on the CPU, for the life of the process. */
    public static int threads() {
        return LibTorch.threads();
    }

    /** Where it runs. */
    public ComputeDevice device() {
        return device;
    }

    /**
     * Begins a call of one of its methods; the caller adds the arguments in order and closes it.
     */
    public ProgramCall call(String method) {
        return new ProgramCall(this, method);
    }

    /** Frees the program. */
    @Override
    public void close() {
        module.close();
        manager.close();
    }

    PtSymbolBlock module() {
        return module;
    }

    PtNDManager newCallManager() {
        return manager.newSubManager(manager.getDevice());
    }

    private static String text(String resource) {
        try (InputStream in = Program.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("no program " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
