package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.program.ExecutionPlan;
import dev.flinkreranker.runtime.program.MappedWeights;
import dev.flinkreranker.runtime.program.MatrixLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a checkpoint's file is mapped: once for what is copied of it, once for views of it. */
class MappedFilesTest {

    private static final ExecutionPlan COPIES =
            ExecutionPlan.onCpu(StoredType.BF16, MatrixLayout.ROWS);

    @TempDir private Path directory;

    /** Matrices are copies, in another type; tables are views. */
    @Test
    void thatOfCopiesEndsWithTheLastCopy() throws IOException {
        new GoldenFile().writeEncoder(directory, StoredType.F32);
        Checkpoint checkpoint = Checkpoint.open(directory);
        ModelDescriptor model = ModelDescriptor.of(checkpoint);
        try (MappedWeights weights = new MappedWeights(checkpoint, model.weights(), COPIES)) {
            weights.upTo(model.layers() - 1);
            assertThat(mappings()).isEqualTo(2);

            weights.upTo(model.layers());
            assertThat(mappings()).isEqualTo(1);
        }
        assertThat(mappings()).isZero();
    }

    private long mappings() throws IOException {
        String file = directory.resolve("model.safetensors").toRealPath().toString();
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.endsWith(file)).count();
        }
    }
}
