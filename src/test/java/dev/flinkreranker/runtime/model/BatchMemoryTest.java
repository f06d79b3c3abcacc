package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchMemoryTest {

    private static final Path MODEL = Path.of("..", "tests", "models", "scifact-minilm-layerwise");

    /** The largest growth of a process's resident memory (VmHWM) during such a call, in MB. */
    @ParameterizedTest
    @CsvSource({"F32, 512, 168.2", "F32, 64, 199.4", "BF16, 512, 80.3"})
    void boundsWhatWasMeasured(StoredType type, int longest, double measured) {
        BatchMemory memory = ModelDescriptor.of(Checkpoint.open(MODEL)).batchMemory(type);
        assertThat(memory.bytes(8192, longest) / 1e6).isBetween(measured, 1.6 * measured);
    }

    @Test
    void growsWithTokensAndNotWithTheSquareOfALength() {
        BatchMemory memory = ModelDescriptor.of(Checkpoint.open(MODEL)).batchMemory(StoredType.F32);
        assertThat(memory.bytes(2000, 100) - memory.bytes(1000, 100))
                .isEqualTo(1000 * memory.perToken());
        assertThat(memory.bytes(1000, 200) - memory.bytes(1000, 100))
                .isEqualTo(100 * memory.perTokenOfLongest());
    }
}
