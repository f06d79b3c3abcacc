package dev.flinkreranker.runtime.program;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import dev.flinkreranker.runtime.checkpoint.LowRankUpdate;
import dev.flinkreranker.runtime.checkpoint.StoredTensor;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.fault.DeviceMemoryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The weights of one model on one device, brought from the checkpoint's files on first need, layer
 * by layer: layers above the deepest that any call asked for are never touched.
 *
 * <p>On a CPU a weight that is stored as the program takes it is a view of the mapped file: no
 * copy, and shared with every process that maps the same file. Others are converted, packed or
 * copied to the device once, natively. When a layer is brought, every number of it is checked to be
 * finite (one pass over its bytes, at memory speed).
 *
 * <p>Every file is mapped at the start, so a file that another takes the place of (a rename) stays
 * the model's to its end. Its bytes must not change; a file that shrinks ends the process with a
 * bus error, as any mapped file does.
 */
public final class MappedWeights implements AutoCloseable {

    private final WeightLayout layout;
    private final Map<WeightSpec, StoredTensor> stored = new HashMap<>();
    private final ExecutionPlan plan;
    private final Program program;
    private final PtNDManager manager;
    private final Map<MappedFile, PtNDArray> files = new HashMap<>();
    private final List<Weight> weights = new ArrayList<>();
    private final Map<Integer, WeightList> lists = new ConcurrentHashMap<>();
    private int layersReady;

    /**
     * A weight as the program takes it.
     *
     * @param value the weight
     * @param further what goes with a quantized matrix; empty for any other weight
     */
    private record Weight(PtNDArray value, List<PtNDArray> further) {

        static Weight plain(PtNDArray value) {
            return new Weight(value, List.of());
        }

        /** Of a weight that has no such part itself, which nobody looks at. */
        PtNDArray part(int index) {
            return index == 0 || further.isEmpty() ? value : further.get(index - 1);
        }

        void close() {
            value.close();
            further.forEach(PtNDArray::close);
        }
    }

    /**
     * A file, mapped whole as numbers of one type.
     *
     * @param forViews whether for weights that are views of it, to the end, or for those that are
     *     copied, so that the pages which were read for these do not stay in this process
     */
    private record MappedFile(Path path, StoredType type, boolean forViews) {}

    /**
     * Checks that the checkpoint has every weight in its shape. Maps the files, but reads none yet.
     *
     * @param plan where they go, in which type and layout, before it is fitted to them ({@link
     *     ExecutionPlan#fitting})
     * @throws InvalidCheckpointException if a weight is missing or of another shape, or if a file
     *     is not the one any more whose header the checkpoint has read
     */
    public MappedWeights(Checkpoint checkpoint, WeightLayout layout, ExecutionPlan plan) {
        this.layout = layout;
        this.plan = plan.fitting(layout);
        layout.all().forEach(spec -> stored.put(spec, spec.in(checkpoint)));
        this.program = Program.load(Map.of(), this.plan.device(), this.plan.weightParts());
        this.manager = LibTorch.newManager(this.plan.device().device());
        try {
            stored.forEach(
                    (spec, tensor) -> {
                        files.computeIfAbsent(file(spec, tensor), this::map);
                        if (tensor.update() != null) {
                            tensor.update()
                                    .tensors()
                                    .forEach(t -> files.computeIfAbsent(copied(t), this::map));
                        }
                    });
            checkpoint.checkUnchanged();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * The weights of a call that ends at a layer. Waits for weights that another thread brings only
     * if some of these are not there yet.
     *
     * @param layers number of layers that run, from 0 to all
     * @throws InvalidCheckpointException if a weight among them is NaN or infinite
     * @throws IllegalStateException if there is too little memory for them: one line
     */
    public WeightList upTo(int layers) {
        WeightList list = lists.get(layers);
        return list == null ? brought(layers) : list;
    }

    private synchronized WeightList brought(int layers) {
        WeightList list = lists.get(layers);
        if (list == null) {
            if (weights.isEmpty()) {
                bring(layout.fixed());
            }
            while (layersReady < layers) {
                bring(layout.layers().get(layersReady));
                layersReady++;
            }
            if (layersReady == layout.layers().size()) {
                unmapCopied();
            }
            int count =
                    layout.fixed().size()
                            + layout.layers().stream().limit(layers).mapToInt(List::size).sum();
            list = new WeightList(IValue.listFrom(tensors(weights.subList(0, count))));
            lists.put(layers, list);
        }
        return list;
    }

    /** In order; behind them as many again for each further part that matrices have. */
    private PtNDArray[] tensors(List<Weight> of) {
        return IntStream.range(0, plan.matrixParts())
                .boxed()
                .flatMap(part -> of.stream().map(weight -> weight.part(part)))
                .toArray(PtNDArray[]::new);
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
        List<Weight> brought = new ArrayList<>(specs.size());
        try {
            for (WeightSpec spec : specs) {
                brought.add(weight(spec));
            }
            if (plan.attention().isPacked()) {
                join(specs, brought);
            }
        } catch (DeviceMemoryException e) {
            brought.forEach(Weight::close);
            // Not the batch is too large for the device but the model.
            throw new IllegalStateException(
                    "its weights do not fit beside what is in memory: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            brought.forEach(Weight::close);
            throw e;
        }
        weights.addAll(brought);
    }

    /** Puts weights that are one into the place of each of them. */
    private void join(List<WeightSpec> specs, List<Weight> brought) {
        Map<String, List<Integer>> places =
                IntStream.range(0, specs.size())
                        .boxed()
                        .filter(i -> !specs.get(i).joint().isEmpty())
                        .collect(Collectors.groupingBy(i -> specs.get(i).joint()));
        for (List<Integer> own : places.values()) {
            try (ProgramCall call = program.call("joined")) {
                List<PtNDArray> parts = own.stream().map(i -> brought.get(i).value()).toList();
                Weight whole =
                        Weight.plain(call.list(parts.toArray(PtNDArray[]::new)).tensorFor(manager));
                own.forEach(i -> brought.set(i, whole));
                parts.forEach(PtNDArray::close);
            }
        }
    }

    private Weight weight(WeightSpec spec) {
        PtNDArray read = finite(spec, read(spec));
        if (spec.isFactor(plan)) {
            return Weight.plain(made("factors", read));
        }
        if (!spec.isPacked(plan)) {
            return Weight.plain(read);
        }
        return plan.isQuantized() ? quantized(read) : Weight.plain(made("pack", read));
    }

    private void unmapCopied() {
        files.forEach(
                (file, mapped) -> {
                    if (!file.forViews()) {
                        mapped.close();
                    }
                });
        files.keySet().removeIf(file -> !file.forViews());
    }

    private MappedFile file(WeightSpec spec, StoredTensor tensor) {
        boolean view = plan.device().isCpu() && spec.isTakenAsStored(tensor, plan);
        return new MappedFile(tensor.file(), unit(tensor), view);
    }

    private static MappedFile copied(StoredTensor tensor) {
        return new MappedFile(tensor.file(), unit(tensor), false);
    }

    /** Of a misaligned tensor the bytes are mapped. */
    private static StoredType unit(StoredTensor tensor) {
        return tensor.isAligned() ? tensor.type() : StoredType.U8;
    }

    private PtNDArray read(WeightSpec spec) {
        StoredTensor tensor = stored.get(spec);
        MappedFile file = file(spec, tensor);
        StoredType type = spec.use().type(tensor.type(), plan);
        LowRankUpdate update = tensor.update();
        if (update == null) {
            return read(tensor, file, type);
        }
        // In float32, so that the sum is rounded to the compute type once.
        try (PtNDArray matrix = read(tensor, file, StoredType.F32);
                PtNDArray down = read(update.down(), copied(update.down()), StoredType.F32);
                PtNDArray up = read(update.up(), copied(update.up()), StoredType.F32);
                ProgramCall call = program.call("updated")) {
            return call.tensor(matrix)
                    .tensor(down)
                    .tensor(up)
                    .number(update.scale())
                    .number(TorchType.code(type))
                    .tensorFor(manager);
        }
    }

    private PtNDArray read(StoredTensor tensor, MappedFile file, StoredType type) {
        StoredType unit = unit(tensor);
        boolean aligned = tensor.isAligned();
        long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
        try (ProgramCall call = program.call(aligned ? "tensor" : "misaligned")) {
            call.tensor(files.get(file))
                    .number(tensor.offset() / unit.bytes())
                    .number(tensor.bytes() / unit.bytes())
                    .list(shape);
            if (!aligned) {
                call.number(TorchType.code(tensor.type()));
            }
            return call.number(TorchType.code(type))
                    .text(plan.device().toString())
                    .tensorFor(manager);
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

    private PtNDArray made(String method, PtNDArray read) {
        try (read;
                ProgramCall call = program.call(method)) {
            return call.tensor(read).tensorFor(manager);
        }
    }

    private Weight quantized(PtNDArray matrix) {
        try (matrix;
                ProgramCall call = program.call("quantized")) {
            List<PtNDArray> parts = call.tensor(matrix).tensorsFor(manager);
            return new Weight(parts.get(0), parts.subList(1, parts.size()));
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
