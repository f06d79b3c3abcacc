package dev.flinkreranker.runtime.program;

import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.fault.UnusableDeviceException;
import java.util.stream.Stream;

/**
 * How programs that compute in one type run on one device: which products they are made with, how
 * their matrices lie, how many rows go together. None of it changes what a score means, and on a
 * CPU none of it lets a score's bits depend on its batch.
 *
 * @param device where they run
 * @param type the number format they compute in: {@link StoredType#F32}, {@link StoredType#BF16} or
 *     {@link StoredType#F16}
 * @param matrices how matrices that are multiplied with whole batches lie in memory
 * @param attention how programs attend within the pairs of a batch
 */
public record ExecutionPlan(
        ComputeDevice device, StoredType type, MatrixLayout matrices, Attention attention) {

    /**
     * On a CPU a batch has a multiple of this many rows. Matrix products are made by kernels that
     * are chosen by the number of rows, and not all of them add up in the same order:
     *
     * <ul>
     *   <li>float32 by MKL: a few rows, if no multiple of four, are rounded otherwise than any
     *       other number. On Intel's processors that holds once MKL is told to be strict ({@link
     *       StrictMkl}).
     *   <li>float32 by oneDNN: every number is alike if the matrix is packed and few rows are
     *       filled up where threads would share a sum ({@code packed_products.py}).
     *   <li>bfloat16 with vectors (AVX512_BF16): every number is alike.
     *   <li>bfloat16 with tiles (AMX): every number is alike if the matrix is packed.
     * </ul>
     */
    private static final int ROW_GRID = 16;

    /**
     * The same for packed rows: as many as the kernels of a GPU take at once anyway, so that its
     * allocator meets few sizes and finds a former batch's memory fit for the next.
     */
    private static final int PACKED_ROW_GRID = 256;

    /** What follows an encoder's attention stays in the cache in blocks of this many rows. */
    private static final int ENCODER_BLOCK = 1024;

    /** The same for a decoder's layer where matrices are packed. */
    private static final int DECODER_BLOCK = 512;

    /** Tokens of the longest pair whose attention is multiplied ({@code multiplied.py}). */
    private static final long MULTIPLIED_LENGTH = 512;

    /** Columns of an outcome that oneDNN's kernels for float32 make at once. */
    private static final int BLOCK_COLUMNS = 64;

    /**
     * The plan for this machine.
     *
     * @throws UnusableDeviceException if it has no such device, or that computes in no such type
     */
    public static ExecutionPlan of(ComputeDevice device, StoredType type) {
        return device.isCpu()
                ? of(type, HostProcessor.current())
                : onGpu(device, type, Gpu.at(device));
    }

    /**
     * The plan for a GPU.
     *
     * @throws UnusableDeviceException if it does not compute in that type
     */
    public static ExecutionPlan onGpu(ComputeDevice device, StoredType type, Gpu gpu) {
        if (type == StoredType.BF16 && !gpu.bfloat16()) {
            throw new UnusableDeviceException(
                    "dtype bfloat16 needs a GPU of compute capability 8.0, but %s has %s; take"
                                    .formatted(device, gpu)
                            + " float16 or float32");
        }
        boolean flash = type != StoredType.F32 && gpu.flash();
        return new ExecutionPlan(
                device, type, MatrixLayout.ROWS, flash ? Attention.FLASH : Attention.EFFICIENT);
    }

    static ExecutionPlan of(StoredType type, HostProcessor processor) {
        if (type == StoredType.F16) {
            throw new UnusableDeviceException(
                    "dtype float16 is for GPUs, but the device is cpu; take bfloat16 or float32");
        }
        boolean packs = type == StoredType.BF16 ? processor.tiles() : processor.oneDnnForFloat32();
        return onCpu(type, packs ? MatrixLayout.BLOCKS : MatrixLayout.ROWS);
    }

    /**
     * The plan for products of 8-bit integers; all else is computed in float32.
     *
     * @throws UnusableDeviceException on a GPU, and on a processor without instructions for them:
     *     there they would be slower than float32, and sums could overflow
     */
    public static ExecutionPlan int8(ComputeDevice device) {
        return int8(device, HostProcessor.current());
    }

    static ExecutionPlan int8(ComputeDevice device, HostProcessor processor) {
        if (!device.isCpu()) {
            throw new UnusableDeviceException(
                    "dtype int8 is for CPUs, but the device is " + device + "; take bfloat16");
        }
        if (!processor.int8()) {
            throw new UnusableDeviceException(
                    "dtype int8 needs a processor with avx512_vnni, avx_vnni or amx_int8, which"
                            + " this one lacks; take float32");
        }
        return onCpu(StoredType.F32, MatrixLayout.INT8);
    }

    /**
     * The plan for a CPU on which matrices lie like that. The fused kernel of attention multiplies
     * bfloat16 by MKL, which knows tiles but no vectors of it on other makers' processors; so
     * without tiles, which packed matrices stand for, oneDNN multiplies there, too.
     */
    public static ExecutionPlan onCpu(StoredType type, MatrixLayout matrices) {
        boolean multiplied = type == StoredType.BF16 && matrices == MatrixLayout.ROWS;
        return new ExecutionPlan(
                ComputeDevice.CPU,
                type,
                matrices,
                multiplied ? Attention.MULTIPLIED : Attention.PAIRS);
    }

    /**
     * The same for these weights: float32 matrices stay as they lie unless whole blocks of oneDNN's
     * columns make each of them. Of what is left over, oneDNN 3.7 may make other numbers.
     */
    public ExecutionPlan fitting(WeightLayout weights) {
        boolean whole =
                weights.all()
                        .filter(spec -> spec.use() == WeightSpec.Use.MATRIX)
                        .allMatch(spec -> spec.shape().get(0) % BLOCK_COLUMNS == 0);
        return matrices == MatrixLayout.BLOCKS && type == StoredType.F32 && !whole
                ? onCpu(type, MatrixLayout.ROWS)
                : this;
    }

    /**
     * The parts that a program is made of here: its class, what of it goes with the way attention
     * runs, how vectors come, attention, what others it needs, products.
     *
     * @param program name of the class's resource, without its ending
     * @param others resources that it needs anywhere
     */
    public String[] parts(String program, String... others) {
        Stream<String> products =
                switch (matrices) {
                    case ROWS -> Stream.of("products.py", "activations.py");
                    case BLOCKS -> Stream.of("packed_products.py");
                    case INT8 -> Stream.of("int8_products.py", "activations.py");
                };
        String rows = attention.rows();
        Stream<String> own =
                Stream.of(
                        program + ".py",
                        program + "_" + rows + ".py",
                        rows + ".py",
                        device.isCpu() ? "host.py" : "pinned.py");
        return Stream.of(own, attention.operators().stream(), Stream.of(others), products)
                .flatMap(parts -> parts)
                .toArray(String[]::new);
    }

    /** The parts of the program that brings weights. */
    String[] weightParts() {
        return switch (matrices) {
            case ROWS -> new String[] {"weights.py"};
            case BLOCKS -> new String[] {"weights.py", "packing.py"};
            case INT8 -> new String[] {"weights.py", "quantizing.py"};
        };
    }

    /** Whether matrices are packed once, into a copy. */
    boolean isPacked() {
        return matrices != MatrixLayout.ROWS;
    }

    /**
     * Bytes that a product takes at most for each number it multiplies a matrix by, beside the
     * numbers themselves: twice as many numbers, and twice the integers.
     */
    public int quantizationBytes() {
        return isQuantized() ? 2 * type.bytes() + 2 : 0;
    }

    /** Bytes that an encoder's attention takes at most for logits and their softmax. */
    public long attentionBytes(int heads) {
        return attention.equals(Attention.MULTIPLIED)
                ? 2 * heads * MULTIPLIED_LENGTH * MULTIPLIED_LENGTH * type.bytes()
                : 0;
    }

    /** Whether matrices are quantized as they are loaded. */
    public boolean isQuantized() {
        return matrices == MatrixLayout.INT8;
    }

    /** How many tensors a matrix consists of: those of {@code quantizing.py}, or itself. */
    int matrixParts() {
        return isQuantized() ? 4 : 1;
    }

    /** The number format in words, as {@code dtype} takes it. */
    public String format() {
        if (isQuantized()) {
            return "int8";
        }
        return switch (type) {
            case BF16 -> "bfloat16";
            case F16 -> "float16";
            default -> "float32";
        };
    }

    /** libtorch's number for the type. */
    public int typeCode() {
        return TorchType.code(type);
    }

    /** Threads that share an operation on the CPU. */
    public int threads() {
        return LibTorch.threads();
    }

    /** A batch has a multiple of this many rows. */
    public int rowGrid() {
        return attention.isPacked() ? PACKED_ROW_GRID : ROW_GRID;
    }

    /** Rows that a program computes for that many tokens: the next multiple of the grid. */
    public int rows(int tokens) {
        int grid = rowGrid();
        return (tokens + grid - 1) / grid * grid;
    }

    /**
     * Most rows that pass an encoder's layer at once, after attention; {@link Integer#MAX_VALUE}
     * for the whole batch.
     */
    public int encoderBlock() {
        return device.isCpu() ? ENCODER_BLOCK : Integer.MAX_VALUE;
    }

    /**
     * Most rows that pass a decoder's layer at once, but for attention; {@link Integer#MAX_VALUE}
     * for the whole batch. A matrix that lies row by row is packed again by the library for every
     * block, which costs more than a block saves.
     */
    public int decoderBlock() {
        return isPacked() ? DECODER_BLOCK : Integer.MAX_VALUE;
    }
}
