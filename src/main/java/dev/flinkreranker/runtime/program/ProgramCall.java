package dev.flinkreranker.runtime.program;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One call of a method: its arguments in order, then one of the methods that run it. Owns every
 * native value it makes, so it must be closed. Used by one thread, once.
 *
 * <p>Adding a tensor and running throw {@link
 * dev.flinkreranker.runtime.fault.DeviceMemoryException} if memory ran out, {@link
 * dev.flinkreranker.runtime.fault.BrokenDeviceException} if the device is lost, and {@link
 * dev.flinkreranker.runtime.fault.ScoringException} if anything else went wrong.
 */
public final class ProgramCall implements AutoCloseable {

    private final Program program;
    private final String method;
    private final PtNDManager manager;
    private final List<IValue> arguments = new ArrayList<>();
    private final List<IValue> owned = new ArrayList<>();
    private List<PtNDArray> returned = List.of();

    ProgramCall(Program program, String method) {
        this.program = program;
        this.method = method;
        this.manager = program.newCallManager();
    }

    /** Adds a list of weights, which stays its owner's. */
    public ProgramCall weights(WeightList weights) {
        arguments.add(weights.value());
        return this;
    }

    /**
     * Adds vectors, which the program brings to the device in one copy: a Tensor of 32-bit integers
     * on the host that holds them one after another, and their lengths as a {@code List[int]}.
     */
    public ProgramCall vectors(int[]... vectors) {
        int[] all = Arrays.stream(vectors).flatMapToInt(Arrays::stream).toArray();
        PtNDManager host = manager.newSubManager(Device.cpu());
        own(translated(() -> IValue.from((PtNDArray) host.create(all, new Shape(all.length)))));
        return list(Arrays.stream(vectors).mapToLong(vector -> vector.length).toArray());
    }

    /** Adds a {@code List[int]}; may be empty. */
    public ProgramCall list(long... values) {
        return own(IValue.listFrom(values));
    }

    /** Adds an {@code int}. */
    public ProgramCall number(long value) {
        return own(IValue.from(value));
    }

    /** Adds a {@code float}. */
    public ProgramCall number(double value) {
        return own(IValue.from(value));
    }

    /** Adds a {@code bool}. */
    public ProgramCall flag(boolean value) {
        return own(IValue.from(value));
    }

    /** Adds a {@code str}. */
    public ProgramCall text(String value) {
        return own(IValue.from(value));
    }

    /** Adds a {@code List[Tensor]} of tensors that stay their owner's. */
    public ProgramCall tensors(List<KeptTensor> tensors) {
        return own(
                IValue.listFrom(tensors.stream().map(KeptTensor::array).toArray(PtNDArray[]::new)));
    }

    /** Adds a {@code List[Tensor]} of tensors that stay their owner's. */
    ProgramCall list(PtNDArray... tensors) {
        return own(IValue.listFrom(tensors));
    }

    /** Adds a tensor that stays its owner's. */
    ProgramCall tensor(PtNDArray tensor) {
        return own(IValue.from(tensor));
    }

    /**
     * Runs a method that returns a float32 tensor.
     *
     * @return its elements, row-major
     */
    public float[] floats() {
        return translated(() -> launched().toTensor(manager).toFloatArray());
    }

    /**
     * Runs a method that returns a list of tensors, the first of float32.
     *
     * @return the elements of the first, row-major
     */
    public float[] firstFloats() {
        return translated(
                () -> {
                    returned = List.of(launched().toTensorArray(manager));
                    return returned.get(0).toFloatArray();
                });
    }

    /** Keeps a tensor of the list that {@link #firstFloats} had: it outlives this call. */
    public KeptTensor keep(int index) {
        return program.keep(returned.get(index));
    }

    /** Runs a method that returns a bool. */
    boolean truth() {
        return translated(() -> run().toBoolean());
    }

    /** Runs a method that returns a tensor, which becomes the manager's. */
    PtNDArray tensorFor(PtNDManager owner) {
        return translated(() -> run().toTensor(owner));
    }

    /** Runs a method that returns a list of tensors, which become the manager's. */
    List<PtNDArray> tensorsFor(PtNDManager owner) {
        return translated(() -> List.of(run().toTensorArray(owner)));
    }

    /** Frees the arguments and the result. */
    @Override
    public void close() {
        owned.forEach(IValue::close);
        manager.close();
    }

    /** Of calls that score on one GPU, one launches at a time, while others wait for theirs. */
    private IValue launched() {
        @Nullable Lock launching = program.launching();
        if (launching == null) {
            return run();
        }
        launching.lock();
        try {
            return run();
        } finally {
            launching.unlock();
        }
    }

    private IValue run() {
        LibTorch.prepareThread();
        try {
            IValue result =
                    IValueUtils.runMethod(
                            program.module(), method, arguments.toArray(IValue[]::new));
            owned.add(result);
            return result;
        } finally {
            NativeExit.afterCall(program.nextCall());
        }
    }

    private <T> T translated(Supplier<T> call) {
        try {
            return call.get();
        } catch (EngineException e) {
            throw NativeFailure.translate(program.device(), e);
        }
    }

    private ProgramCall own(IValue value) {
        owned.add(value);
        arguments.add(value);
        return this;
    }
}
