package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.fault.ScoringException;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Embedding models as scorers of pairs. {@code encoder-references.json} has the cosines of {@code
 * BertModel} and {@code XLMRobertaModel} (transformers 5.17, torch 2.13, float32, {@link
 * FormulaWeights#ENCODER}), each text alone, for every query with every passage.
 */
class DenseTest {

    private static final String MODULES =
            """
            [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
             {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
             {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]
            """;
    private static final String CLS =
            """
            {"word_embedding_dimension": 48, "pooling_mode_cls_token": true,
             "pooling_mode_mean_tokens": false, "pooling_mode_max_tokens": false,
             "pooling_mode_mean_sqrt_len_tokens": false}
            """;

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({
        "dense-bert, F32, 2e-6",
        "dense-xlm-roberta, F32, 2e-6",
        "dense-xlm-roberta, BF16, 0.01",
    })
    void agreesWithTheReferenceInEveryBatch(String name, StoredType stored, double tolerance)
            throws IOException {
        JsonNode reference = write(name, "", stored);
        List<TokenizedPair> pairs = pairs(reference);
        try (Reranker reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
            float[][] together = reranker.score(pairs, ScoringSettings.defaults());
            for (int i = 0; i < pairs.size(); i++) {
                assertThat((double) together[i][0])
                        .isCloseTo(
                                reference.path("scores").get(i).get(0).doubleValue(),
                                within(tolerance));
            }
        }
    }

    @Test
    void itsBitsDoNotDependOnTheBatch() throws IOException {
        List<TokenizedPair> pairs = pairs(write("dense-bert", "", StoredType.F32));
        for (ComputeType type : HostTypes.all()) {
            try (Reranker reranker = Reranker.open(directory, type, "cpu")) {
                RandomBatchings.check(
                        "embeddings, " + type,
                        pairs,
                        batch -> reranker.score(batch, ScoringSettings.defaults()),
                        50,
                        1,
                        20260108);
            }
        }
    }

    @Test
    void aQueryOfSeveralPairsCountsOnce() throws IOException {
        TokenizedPair pair = pairs(write("dense-bert", "", StoredType.F32)).get(0);
        try (Reranker reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
            assertThat(reranker.sharedTokens(pair)).isEqualTo(pair.queryLength()).isPositive();
        }
    }

    /** As it is where another class than the body's own has saved the folder. */
    @Test
    void takesTheNamesOfAWholeModelToo() throws IOException {
        List<TokenizedPair> pairs = pairs(write("dense-xlm-roberta", "", StoredType.F32));
        int names;
        try (Reranker reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
            names = reranker.descriptor().weights().fixed().size();
            assertThat(reranker.descriptor().family()).isEqualTo("XLM-RoBERTa embeddings");
        }
        write("dense-xlm-roberta", "roberta.", StoredType.F32);
        try (Reranker reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
            assertThat(reranker.descriptor().weights().fixed()).hasSize(names);
            assertThat(reranker.score(pairs, ScoringSettings.defaults())).hasDimensions(16, 1);
        }
    }

    @Test
    void countsBothTexts() throws IOException {
        write("dense-bert", "", StoredType.F32);
        ModelDescriptor model = ModelDescriptor.read(directory);
        TokenizedPair pair = new TokenizedPair(new long[30], 10, 0, false);

        // Three layers of 4 D D + 2 D F weights, and attention within 10 and within 20 tokens.
        long matrices = 3 * 2 * 30 * (4 * 48 * 48 + 2 * 48 * 96);
        long attention = 3 * 4 * 48 * (10 * 10 + 20 * 20);
        assertThat(model.flops(pair, ScoringSettings.defaults())).isEqualTo(matrices + attention);
    }

    @ParameterizedTest
    @CsvSource({"67, 5", "5, 67", "0, 5", "5, 0"})
    void refusesATextThatItHasNoPositionsFor(int query, int passage) throws IOException {
        write("dense-bert", "", StoredType.F32);
        try (Reranker reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
            TokenizedPair pair = new TokenizedPair(new long[query + passage], query, 0, false);
            assertThatThrownBy(() -> reranker.score(List.of(pair), ScoringSettings.defaults()))
                    .isInstanceOf(ScoringException.class)
                    .hasMessage(
                            "pair 0 has %s tokens; the model takes 1 to 66 of each text",
                            query + passage);
        }
    }

    @Test
    void refusesAnotherPooling() throws IOException {
        write("dense-bert", "", StoredType.F32);
        Files.writeString(
                directory.resolve("1_Pooling/config.json"),
                CLS.replace("\"pooling_mode_cls_token\": true", "\"pooling_mode_cls_token\": false")
                        .replace(
                                "\"pooling_mode_mean_tokens\": false",
                                "\"pooling_mode_mean_tokens\": true"));

        assertRefused("modules.json: module 1 pools by the mean; supported for an embedding model");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{}]",
                "[{\"path\": \"\", \"type\": \"sentence_transformers.models.Transformer\"}]"
            })
    void isNoEmbeddingModelUnlessItSaysSo(String modules) throws IOException {
        write("dense-bert", "", StoredType.F32);
        Files.writeString(directory.resolve("modules.json"), modules);

        assertRefused("this is an embedding checkpoint, not a reranker");
    }

    private void assertRefused(String problem) {
        assertThatThrownBy(() -> Reranker.open(directory, ComputeType.FLOAT32, "cpu").close())
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining(problem)
                .hasMessageNotContaining("\n");
    }

    private JsonNode write(String name, String prefix, StoredType stored) throws IOException {
        JsonNode reference = EncoderReferenceTest.reference(name);
        GoldenFile.writeConfig(directory, reference.path("config"));
        Map<String, long[]> tensors = new TreeMap<>();
        EncoderReferenceTest.shapes(reference.path("tensors"))
                .forEach((tensor, shape) -> tensors.put(prefix + tensor, shape));
        FormulaWeights.ENCODER.write(tensors, stored).write(directory.resolve("model.safetensors"));
        Files.writeString(directory.resolve("modules.json"), MODULES);
        Files.createDirectories(directory.resolve("1_Pooling"));
        Files.writeString(directory.resolve("1_Pooling/config.json"), CLS);
        return reference;
    }

    private static List<TokenizedPair> pairs(JsonNode reference) {
        List<TokenizedPair> pairs = new ArrayList<>();
        for (int i = 0; i < reference.path("input_ids").size(); i++) {
            int queryLength = reference.path("query_lengths").get(i).intValue();
            long[] ids = EncoderReferenceTest.longs(reference.path("input_ids").get(i));
            pairs.add(new TokenizedPair(ids, queryLength, 0, false));
        }
        return pairs;
    }
}
