package dev.flinkreranker.runtime.program;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A loaded TorchScript program: methods without weights, which each call brings along. Safe for use
 * by many threads until it is closed; whoever closes it sees to it that no call is under way.
 */
public final class Program implements AutoCloseable {

    private final ComputeDevice device;
    private final PtNDManager manager;
    private final PtSymbolBlock module;
    private final AtomicInteger calls = new AtomicInteger();

    private Program(ComputeDevice device, PtNDManager manager, PtSymbolBlock module) {
        this.device = device;
        this.manager = manager;
        this.module = module;
    }

    /**
     * Loads a program of this package's resources.
     *
     * @param attributes values of the attributes that its class declares besides {@code training}:
     *     {@link Integer}, {@link Double} or {@link Boolean}
     * @param device where it will run
     * @param parts file names: that of the class, for example {@code encoder.py}, then those of
     *     further methods of it, for example {@link ExecutionPlan#parts}
     */
    public static Program load(Map<String, ?> attributes, ComputeDevice device, String... parts) {
        String text = Arrays.stream(parts).map(Program::text).collect(Collectors.joining());
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
        } catch (EngineException e) {
            manager.close();
            throw NativeFailure.translate(device, e);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        } finally {
            NativeExit.afterCall(1);
        }
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

    /** Frees the program, and what its calls have kept. */
    @Override
    public void close() {
        module.close();
        manager.close();
    }

    /** The lock under which its calls launch; null on a CPU, where a call computes. */
    @Nullable Lock launching() {
        return device.isCpu() ? null : Gpu.launching(device);
    }

    /** Counts a call that ran: 1 for the first. */
    int nextCall() {
        return calls.incrementAndGet();
    }

    PtSymbolBlock module() {
        return module;
    }

    PtNDManager newCallManager() {
        return manager.newSubManager(manager.getDevice());
    }

    KeptTensor keep(PtNDArray tensor) {
        tensor.attach(manager);
        return new KeptTensor(tensor);
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
