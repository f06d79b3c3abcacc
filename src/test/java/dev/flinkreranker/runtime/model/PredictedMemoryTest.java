package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.program.Attention;
import dev.flinkreranker.runtime.program.ComputeDevice;
import dev.flinkreranker.runtime.program.ExecutionPlan;
import dev.flinkreranker.runtime.program.MatrixLayout;
import dev.flinkreranker.runtime.program.Threads;
import dev.flinkreranker.runtime.program.WeightLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What a batch takes: of a GPU in bfloat16 what stands in {@code tests/gpu/predicted.json}, with
 * which {@code tests/gpu/check} compares what a batch took; of a CPU the slices together.
 */
class PredictedMemoryTest {

    private static final Path SMALL_MODEL = Path.of("../tests/models/scifact-minilm-layerwise");

    private static final ExecutionPlan PLAN =
            new ExecutionPlan(
                    ComputeDevice.named("cuda:0"),
                    StoredType.BF16,
                    MatrixLayout.ROWS,
                    Attention.FLASH);

    @Test
    void theCheckKnowsThePredictions() throws Exception {
        Map<String, BatchMemory> predicted = new TreeMap<>();
        predicted.put("v2-m3", encoder(24, 1024, 16, 4096).batchMemory(PLAN));
        predicted.put(
                "ettin-17m", modernBert(256, 4, 384, 7, ScoreHead.Pooling.MEAN).batchMemory(PLAN));
        predicted.put(
                "modernbert-base",
                modernBert(768, 12, 1152, 22, ScoreHead.Pooling.MEAN).batchMemory(PLAN));
        predicted.put(
                "modernbert-large",
                modernBert(1024, 16, 2624, 28, ScoreHead.Pooling.MEAN).batchMemory(PLAN));
        predicted.put("minicpm", decoder(DecoderArchitecture.MINICPM, DecoderModels.MINICPM));
        predicted.put("v2-gemma", decoder(DecoderArchitecture.GEMMA, DecoderModels.GEMMA));
        predicted.put(
                "lightweight",
                decoder(DecoderArchitecture.COST_WISE_GEMMA, DecoderModels.LIGHTWEIGHT));

        JsonNode known =
                new ObjectMapper().readTree(Path.of("../tests/gpu/predicted.json").toFile());

        Map<String, BatchMemory> read = new TreeMap<>();
        known.properties()
                .forEach(
                        entry ->
                                read.put(
                                        entry.getKey(),
                                        new BatchMemory(
                                                entry.getValue().path("per_token").asLong(),
                                                entry.getValue()
                                                        .path("per_token_of_longest")
                                                        .asLong(),
                                                entry.getValue().path("fixed").asLong())));
        assertThat(read).isEqualTo(predicted);
    }

    /**
     * Each slice has blocks of its own, a fifth more than its share, and maybe the longest pair.
     */
    @Test
    void slicesTakeMore() throws Exception {
        Checkpoint checkpoint = Checkpoint.open(SMALL_MODEL);
        ModelDescriptor model = ModelDescriptor.of(checkpoint);
        ExecutionPlan plan = ExecutionPlan.of(ComputeDevice.CPU, StoredType.F32);
        BatchMemory call = model.batchMemory(plan);
        PredictedMemory memory = new PredictedMemory(checkpoint, model, plan);
        Threads.use(
                2,
                () -> {
                    assertThat(memory.batchBytes(8_000)).isEqualTo(2 * call.bytes(4_800, 512));
                    assertThat(memory.batchBytes(200)).isEqualTo(call.bytes(200, 200));
                });
    }

    private static BatchMemory decoder(DecoderArchitecture architecture, String json) {
        return new DecoderCost(DecoderModels.descriptor(architecture, json)).batchMemory(PLAN);
    }

    private static EncoderDescriptor encoder(int layers, int width, int heads, int inner) {
        return new EncoderDescriptor(
                EncoderFamily.XLM_ROBERTA,
                layers,
                width,
                heads,
                inner,
                250_002,
                8_194,
                1,
                1,
                1e-5,
                List.of(layers),
                1,
                new WeightLayout(List.of(), List.of()));
    }

    private static ModernBertDescriptor modernBert(
            int width, int heads, int inner, int layers, ScoreHead.Pooling pooling) {
        return new ModernBertDescriptor(
                width,
                heads,
                inner,
                50_368,
                8_192,
                IntStream.range(0, layers).mapToObj(i -> i % 3 != 0).toList(),
                64,
                160_000,
                10_000,
                1e-5,
                "",
                new ScoreHead(pooling, List.of(), 1e-5));
    }
}
