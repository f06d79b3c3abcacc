package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A model's weights are replaced by a rename, the usual way to update a file. */
class ReplacedCheckpointTest {

    private static final Path MODEL = Path.of("../tests/models/scifact-minilm-layerwise");
    private static final String WEIGHTS = "model.safetensors";

    @TempDir private Path directory;

    @BeforeEach
    void copy() throws IOException {
        for (String file : List.of("config.json", "tokenizer.json", WEIGHTS)) {
            Files.copy(MODEL.resolve(file), directory.resolve(file));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ComputeType.class,
            names = {"FLOAT32", "BFLOAT16"})
    void layersThatAreBroughtAfterwardsAreOfTheSameFile(ComputeType type) throws IOException {
        float deep;
        try (Reranker before = Reranker.open(directory, type, "cpu")) {
            deep = score(before, 6);
        }
        try (Reranker reranker = Reranker.open(directory, type, "cpu")) {
            score(reranker, 3);
            replace();

            assertThat(score(reranker, 6)).isEqualTo(deep);
        }
        try (Reranker after = Reranker.open(directory, type, "cpu")) {
            assertThat(score(after, 6)).isNotEqualTo(deep);
        }
    }

    @Test
    void whoeverOpenedBeforeIsTold() throws IOException {
        try (Reranker reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
            reranker.checkUnchanged();
            replace();

            assertThatThrownBy(reranker::checkUnchanged)
                    .isInstanceOf(InvalidCheckpointException.class)
                    .hasMessage(
                            directory.resolve(WEIGHTS)
                                    + ": was changed or replaced while it was being read");
        }
    }

    /** Another file of the same layout takes the place of the weights: all zeros. */
    private void replace() throws IOException {
        Path weights = directory.resolve(WEIGHTS);
        byte[] bytes = Files.readAllBytes(weights);
        long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        Arrays.fill(bytes, Math.toIntExact(Long.BYTES + header), bytes.length, (byte) 0);
        Path fresh = Files.write(directory.resolve("fresh"), bytes);
        Files.move(fresh, weights, StandardCopyOption.ATOMIC_MOVE);
    }

    private static float score(Reranker reranker, int cutoff) {
        TokenizedPair pair =
                reranker.tokenizer(TokenizationSettings.defaults())
                        .pair("what is a reranker", "It orders passages.");
        ScoringSettings settings =
                new ScoringSettings(List.of(cutoff), 1, List.of(), HeadSelection.POSITIONAL, false);
        return reranker.score(List.of(pair), settings)[0][0];
    }
}
