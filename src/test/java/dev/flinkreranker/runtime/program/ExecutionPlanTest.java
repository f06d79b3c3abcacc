package dev.flinkreranker.runtime.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.runtime.checkpoint.StoredType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ExecutionPlanTest {

    private static final HostProcessor TILES = new HostProcessor(true, true, true, true, true);
    private static final HostProcessor VECTORS = new HostProcessor(false, true, true, false, true);

    private static final ComputeDevice CUDA = new ComputeDevice(0);

    private static final ExecutionPlan PACKED = ExecutionPlan.of(StoredType.BF16, TILES);

    @Test
    void isPackedWhereOneDnnIsFasterByIt() {
        assertThat(PACKED.matrices()).isEqualTo(MatrixLayout.BLOCKS);
        assertThat(ExecutionPlan.of(StoredType.F32, VECTORS).matrices())
                .isEqualTo(MatrixLayout.BLOCKS);

        assertThat(
                        new ExecutionPlan[] {
                            ExecutionPlan.of(StoredType.F32, TILES),
                            ExecutionPlan.of(StoredType.BF16, VECTORS),
                            ExecutionPlan.of(StoredType.F32, HostProcessor.parse("")),
                            ExecutionPlan.onGpu(CUDA, StoredType.F32, new Gpu(80)),
                            ExecutionPlan.onGpu(CUDA, StoredType.BF16, new Gpu(80))
                        })
                .extracting(ExecutionPlan::matrices)
                .containsOnly(MatrixLayout.ROWS);
    }

    @Test
    void attentionIsMultipliedInBfloat16WithoutTiles() {
        assertThat(ExecutionPlan.onCpu(StoredType.BF16, MatrixLayout.ROWS).attention())
                .isEqualTo(Attention.MULTIPLIED);
        assertThat(ExecutionPlan.onCpu(StoredType.BF16, MatrixLayout.BLOCKS).attention())
                .isEqualTo(Attention.PAIRS);
        assertThat(ExecutionPlan.onCpu(StoredType.F32, MatrixLayout.ROWS).attention())
                .isEqualTo(Attention.PAIRS);
    }

    @Test
    void productsAndBlocksGoWithTheMatrices() {
        ExecutionPlan rows = ExecutionPlan.of(StoredType.F32, TILES);

        assertThat(PACKED.parts("a", "b.py"))
                .containsExactly(
                        "a.py",
                        "a_pairs.py",
                        "pairs.py",
                        "host.py",
                        "fused.py",
                        "b.py",
                        "packed_products.py");
        assertThat(PACKED.decoderBlock()).isEqualTo(512);
        assertThat(rows.parts("a")).endsWith("products.py", "activations.py");
        assertThat(rows.decoderBlock()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void onAGpuAttentionRunsOverPackedRowsInOneBlock() {
        ExecutionPlan bfloat16 = ExecutionPlan.onGpu(CUDA, StoredType.BF16, new Gpu(80));
        ExecutionPlan float32 = ExecutionPlan.onGpu(CUDA, StoredType.F32, new Gpu(80));

        assertThat(bfloat16.parts("a"))
                .startsWith(
                        "a.py", "a_packed.py", "packed.py", "pinned.py", "flash.py", "products.py");
        assertThat(float32.parts("a")).contains("a_packed.py", "efficient.py", "windows.py");
        assertThat(bfloat16.encoderBlock()).isEqualTo(Integer.MAX_VALUE);
        assertThat(bfloat16.decoderBlock()).isEqualTo(Integer.MAX_VALUE);
    }

    /** {@code tests/gpu/check} runs the parts that it knows by itself. */
    @Test
    void theCheckForGpusKnowsTheOperatorsOfAttention() throws IOException {
        Matcher known =
                Pattern.compile("\"(pairs|flash|efficient)\": \\[([^]]*)]")
                        .matcher(Files.readString(Path.of("../tests/gpu/programs.py")));

        assertThat(
                        known.results()
                                .collect(
                                        Collectors.toMap(
                                                way -> way.group(1),
                                                way ->
                                                        List.of(
                                                                way.group(2)
                                                                        .replace("\"", "")
                                                                        .split(", ")))))
                .isEqualTo(
                        Map.of(
                                "pairs", Attention.PAIRS.operators(),
                                "flash", Attention.FLASH.operators(),
                                "efficient", Attention.EFFICIENT.operators()));
    }

    @Test
    void olderGpusHaveNoBfloat16AndAnotherKernel() {
        Gpu turing = new Gpu(75);

        assertThat(ExecutionPlan.onGpu(CUDA, StoredType.F16, new Gpu(80)).attention())
                .isEqualTo(Attention.FLASH);
        assertThat(ExecutionPlan.onGpu(CUDA, StoredType.F16, turing).attention())
                .isEqualTo(Attention.EFFICIENT);
        assertThatThrownBy(() -> ExecutionPlan.onGpu(CUDA, StoredType.BF16, turing))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "dtype bfloat16 needs a GPU of compute capability 8.0, but cuda:0 has 7.5;"
                                + " take float16 or float32");
        assertThatThrownBy(() -> ExecutionPlan.of(ComputeDevice.CPU, StoredType.F16))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "dtype float16 is for GPUs, but the device is cpu; take bfloat16 or"
                                + " float32");
    }

    @Test
    void int8IsForProcessorsThatHaveInstructionsForIt() {
        assertThat(ExecutionPlan.int8(ComputeDevice.CPU, VECTORS))
                .isEqualTo(ExecutionPlan.onCpu(StoredType.F32, MatrixLayout.INT8));

        assertThatThrownBy(() -> ExecutionPlan.int8(new ComputeDevice(0), VECTORS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("dtype int8 is for CPUs, but the device is cuda:0; take bfloat16");
        assertThatThrownBy(() -> ExecutionPlan.int8(ComputeDevice.CPU, HostProcessor.parse("")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "dtype int8 needs a processor with avx512_vnni, avx_vnni or amx_int8,"
                                + " which this one lacks; take float32");
    }

    @Test
    void fillsBatchesUpToTheNextMultiple() {
        assertThat(PACKED.rows(1)).isEqualTo(16);
        assertThat(PACKED.rows(16)).isEqualTo(16);
        assertThat(PACKED.rows(17)).isEqualTo(32);

        ExecutionPlan gpu = ExecutionPlan.onGpu(CUDA, StoredType.BF16, new Gpu(80));
        assertThat(gpu.rows(1)).isEqualTo(256);
        assertThat(gpu.rows(257)).isEqualTo(512);
    }
}
