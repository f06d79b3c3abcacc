package dev.flinkreranker.runtime.program;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import dev.flinkreranker.runtime.checkpoint.StoredTensor;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The weights of one model on one device, brought from the checkpoint's files on first need, layer
 * by layer: layers above the deepest that any call asked for are never touched.
 *
 * <p>On a CPU a weight that is stored as the program takes it is a view of the mapped file: no
 * copy, and shared with every process that maps the same file. Others are converted, packed or
 * copied to the device once, natively; the file's pages that were read for that do not stay in this
 * process. When a layer is brought, every number of it is checked to be finite (one pass over its
 * bytes, at memory speed).
 *
 * <p>The files must not change while they are mapped; a file that shrinks ends the process with a
 * bus error, as any mapped file does.
 */
public final class MappedWeights implements AutoCloseable {

    private final WeightLayout layout;
    private final Map<WeightSpec, StoredTensor> stored = new HashMap<>();
    private final ExecutionPlan plan;
    private final Program program;
    private final PtNDManager manager;
    private final Map<MappedFile, PtNDArray> files = new HashMap<>();
    private final List<PtNDArray> tensors = new ArrayList<>();
    private final Map<Integer, WeightList> lists = new HashMap<>();
    private int layersReady;

    /** A file, mapped whole as numbers of one type. */
    private record MappedFile(Path path, StoredType type) {}

    /**
     * Checks that the checkpoint has every weight in its shape. Reads none yet.
     *
     * @param plan where they go, in which type and layout
     * @throws InvalidCheckpointException if a weight is missing or of another shape
     */
    public MappedWeights(Checkpoint checkpoint, WeightLayout layout, ExecutionPlan plan) {
        this.layout = layout;
        this.plan = plan;
        layout.all().forEach(spec -> stored.put(spec, spec.in(checkpoint)));
        this.program =
                plan.isPacked()
                        ? Program.load(Map.of(), plan.device(), "weights.py", "packing.py")
                        : Program.load(Map.of(), plan.device(), "weights.py");
        this.manager = LibTorch.newManager(plan.device().device());
    }

    /**
     * The weights of a call that ends at a layer.
     *
     * @param layers number of layers that run, from 0 to all
     * @throws InvalidCheckpointException if a weight among them is NaN or infinite
     */
    public synchronized WeightList upTo(int layers) {
        WeightList list = lists.get(layers);
        if (list == null) {
            if (tensors.isEmpty()) {
                bring(layout.fixed());
            }
            while (layersReady < layers) {
                bring(layout.layers().get(layersReady));
                layersReady++;
            }
            int count =
                    layout.fixed().size()
                            + layout.layers().stream().limit(layers).mapToInt(List::size).sum();
            list =
                    new WeightList(
                            IValue.listFrom(tensors.subList(0, count).toArray(PtNDArray[]::new)));
            lists.put(layers, list);
        }
        return list;
    }

    /** Where they are, in which type and layout. */
    public ExecutionPlan plan() {
        return plan;
    }

    /** Unmaps the files and frees what was converted. No call may be under way. */
    @Override
    public synchronized void close() {
        lists.values().forEach(list -> list.value().close());
        lists.clear();
        manager.close();
        program.close();
    }

    /** All of them or, if one is refused, none. */
    private void bring(List<WeightSpec> specs) {
        List<PtNDArray> brought = new ArrayList<>(specs.size());
        try {
            for (WeightSpec spec : specs) {
                brought.add(tensor(spec));
            }
        } catch (RuntimeException e) {
            brought.forEach(PtNDArray::close);
            if (e instanceof EngineException) {
                throw NativeFailure.translate(plan.device(), e);
            }
            throw e;
        }
        tensors.addAll(brought);
    }

    private PtNDArray tensor(WeightSpec spec) {
        StoredTensor tensor = stored.get(spec);
        MappedFile file = new MappedFile(tensor.file(), unit(tensor));
        if (spec.isTakenAsStored(tensor, plan)) {
            return read(spec, files.computeIfAbsent(file, this::map));
        }
        try (PtNDArray mapped = map(file)) {
            PtNDArray read = read(spec, mapped);
            return spec.isPacked(plan) ? pack(read) : read;
        }
    }

    /** Of a misaligned tensor the bytes are mapped. */
    private static StoredType unit(StoredTensor tensor) {
        return tensor.isAligned() ? tensor.type() : StoredType.U8;
    }

    private PtNDArray read(WeightSpec spec, PtNDArray file) {
        StoredTensor tensor = stored.get(spec);
        StoredType unit = unit(tensor);
        boolean aligned = tensor.isAligned();
        long[] shape = spec.shape().stream().mapToLong(Long::longValue).toArray();
        try (ProgramCall call = program.call(aligned ? "tensor" : "misaligned")) {
            call.tensor(file)
                    .number(tensor.offset() / unit.bytes())
                    .number(tensor.bytes() / unit.bytes())
                    .list(shape);
            if (!aligned) {
                call.number(TorchType.code(tensor.type()));
            }
            PtNDArray read =
                    call.number(TorchType.code(spec.use().type(tensor.type(), plan.type())))
                            .text(plan.device().toString())
                            .tensorFor(manager);
            return finite(spec, read);
        }
    }

    private PtNDArray finite(WeightSpec spec, PtNDArray tensor) {
        boolean finite;
        try (ProgramCall call = program.call("finite")) {
            finite = call.tensor(tensor).truth();
        }
        if (!finite) {
            tensor.close();
            throw new InvalidCheckpointException(
                    "%s: tensor \"%s\" holds NaN or infinite numbers"
                            .formatted(stored.get(spec).file(), spec.name()));
        }
        return tensor;
    }

    private PtNDArray pack(PtNDArray matrix) {
        try (matrix;
                ProgramCall call = program.call("pack")) {
            return call.tensor(matrix).tensorFor(manager);
        }
    }

    private PtNDArray map(MappedFile file) {
        long elements;
        try {
            elements = Files.size(file.path()) / file.type().bytes();
        } catch (IOException e) {
            throw new InvalidCheckpointException(file.path() + ": cannot be read", e);
        }
        try (ProgramCall call = program.call("map")) {
            return call.text(file.path().toAbsolutePath().toString())
                    .number(elements)
                    .number(TorchType.code(file.type()))
                    .tensorFor(manager);
        }
    }
}
