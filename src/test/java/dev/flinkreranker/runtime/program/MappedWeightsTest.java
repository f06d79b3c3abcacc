package dev.flinkreranker.runtime.program;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.SafetensorsWriter;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedWeightsTest {

    /** Of a matrix without columns, whose rows have more scales than any memory holds. */
    private static final long ROWS = 1L << 55;

    @TempDir private Path directory;

    /** Halves of a batch would need the same weights, so it is no fault of the batch. */
    @Test
    void weightsThatDoNotFitAreNoBatchThatDoesNot() throws IOException {
        new SafetensorsWriter()
                .add("w", StoredType.F32, new float[0], ROWS, 0)
                .write(directory.resolve("model.safetensors"));
        Files.writeString(directory.resolve("config.json"), "{}");
        WeightLayout layout = new WeightLayout(List.of(WeightSpec.matrix("w", ROWS, 0)), List.of());
        ExecutionPlan plan = ExecutionPlan.onCpu(StoredType.F32, MatrixLayout.INT8);

        try (MappedWeights weights = new MappedWeights(Checkpoint.open(directory), layout, plan)) {
            assertThatThrownBy(() -> weights.upTo(0))
                    .isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith(
                            "its weights do not fit beside what is in memory: cpu: ")
                    .hasMessageContaining("can't allocate memory")
                    .hasMessageNotContaining("\n");
        }
    }
}
