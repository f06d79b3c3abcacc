package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * BERT with token types, pooler and heads at lower layers, and RoBERTa with literal padding tokens
 * inside a text. {@code encoder-references.json} was made with transformers 5.17 and torch 2.13 in
 * float32: {@link FormulaWeights#ENCODER} copied into {@code BertForSequenceClassification} and
 * {@code RobertaForSequenceClassification} of the given configurations, one pair at a time, without
 * padding; the lower heads are {@code classifier(tanh(dense(hidden_states[l][:, 0])))}.
 *
 * <p>{@code jina-v2} is the same of jina-reranker-v2's own published classes, without flash
 * attention; its config.json names no {@code model_type}, as the released one.
 */
class EncoderReferenceTest {

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({
        "bert, F32, 2e-5",
        "roberta, F32, 2e-5",
        "jina-v2, F32, 2e-5",
        // As good as the rounded weights allow.
        "bert, BF16, 0.05",
        "roberta, F16, 0.01",
        "jina-v2, BF16, 0.05",
    })
    void agreesWithTheReference(String name, StoredType stored, double tolerance)
            throws IOException {
        JsonNode reference = reference(name);
        ObjectNode config = reference.path("config").deepCopy();
        GoldenFile.writeConfig(directory, config);
        FormulaWeights.ENCODER
                .write(shapes(reference.path("tensors")), stored)
                .write(directory.resolve("model.safetensors"));
        List<TokenizedPair> pairs = new ArrayList<>();
        for (int i = 0; i < reference.path("input_ids").size(); i++) {
            int queryLength = reference.path("query_lengths").get(i).intValue();
            long[] ids = longs(reference.path("input_ids").get(i));
            pairs.add(
                    new TokenizedPair(ids, queryLength, 0, false, name.equals("bert") ? 1 : 0, 0));
        }
        List<Integer> cutoffs =
                StreamSupport.stream(reference.path("cutoffs").spliterator(), false)
                        .map(JsonNode::intValue)
                        .toList();

        try (Reranker reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
            assertThat(reranker.descriptor().cutoffLayers()).isEqualTo(cutoffs);
            float[][] scores =
                    reranker.score(
                            pairs,
                            new ScoringSettings(
                                    cutoffs, 1, List.of(), HeadSelection.BY_LAYER, false));
            for (int i = 0; i < scores.length; i++) {
                for (int c = 0; c < cutoffs.size(); c++) {
                    assertThat((double) scores[i][c])
                            .as("%s, pair %d, layer %d", name, i, cutoffs.get(c))
                            .isCloseTo(
                                    reference.path("scores").get(i).get(c).doubleValue(),
                                    within(tolerance));
                }
            }
        }
    }

    static JsonNode reference(String name) throws IOException {
        try (InputStream in =
                EncoderReferenceTest.class.getResourceAsStream("/encoder-references.json")) {
            return new ObjectMapper().readTree(in).path(name);
        }
    }

    static Map<String, long[]> shapes(JsonNode tensors) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        tensors.properties().forEach(e -> shapes.put(e.getKey(), longs(e.getValue())));
        return shapes;
    }

    static long[] longs(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToLong(JsonNode::longValue)
                .toArray();
    }
}
