package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Against the classes of transformers and sentence-transformers in float64 (see {@code
 * modernbert-reference/README.md}).
 */
class ModernBertReferenceTest {

    @TempDir Path directory;

    static Stream<Arguments> cases() {
        return StreamSupport.stream(ModernBertModels.REFERENCE.path("cases").spliterator(), false)
                .map(model -> Arguments.of(model.path("name").asText(), model));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void agreesWithTheReferenceAloneAndTogether(String name, JsonNode model) {
        write(model);
        check(model, ComputeType.FLOAT32, 2e-5);
    }

    /** Twice the worst deviation measured. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void bfloat16StaysWithinItsRounding(String name, JsonNode model) {
        write(model);
        check(model, ComputeType.BFLOAT16, 0.12);
    }

    private void check(JsonNode model, ComputeType type, double bound) {
        List<TokenizedPair> pairs = pairs(model);
        try (Reranker reranker = Reranker.open(directory, type, "cpu")) {
            float[][] together = reranker.score(pairs, ScoringSettings.defaults());
            for (int i = 0; i < pairs.size(); i++) {
                float[][] alone = reranker.score(List.of(pairs.get(i)), ScoringSettings.defaults());
                assertThat(alone[0]).as("pair %d", i).containsExactly(together[i]);
                assertThat((double) alone[0][0])
                        .as("pair %d of %d tokens", i, pairs.get(i).length())
                        .isCloseTo(model.path("scores").get(i).doubleValue(), within(bound));
            }
        }
    }

    private void write(JsonNode model) {
        ModernBertModels.writeFiles(directory, model.path("files"));
        ModernBertModels.write(
                directory,
                model.path("config"),
                ModernBertModels.shapes(model),
                ModernBertModels.referenceWeights());
    }

    private static List<TokenizedPair> pairs(JsonNode model) {
        List<TokenizedPair> pairs = new ArrayList<>();
        for (JsonNode ids : model.path("ids")) {
            pairs.add(new TokenizedPair(ModernBertModels.longs(ids), 1, 0, false));
        }
        return pairs;
    }
}
