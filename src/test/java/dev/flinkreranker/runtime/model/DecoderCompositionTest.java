package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.runtime.program.Threads;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A pair's score has the same bits whatever else is in its batch. */
class DecoderCompositionTest {

    private static final long SEED = 4711;
    private static final int PAIRS = 40;

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({
        "FLOAT32, '3,5', 1, '', false",
        "FLOAT32, '2,5', 3, '1,3', false",
        "FLOAT32, '5', 2, '2', true",
        "BFLOAT16, '3,5', 1, '', false",
        "BFLOAT16, '5', 2, '1,4', false",
        "BFLOAT16, '4,5', 4, '2', true",
        "INT8, '4,5', 4, '2', true"
    })
    void scoresDoNotDependOnTheBatch(
            ComputeType type, String cutoffs, int ratio, String compressLayers, boolean softcap)
            throws IOException {
        assumeThat(HostTypes.has(type)).isTrue();
        ScoringSettings settings =
                new ScoringSettings(
                        integers(cutoffs),
                        ratio,
                        integers(compressLayers),
                        HeadSelection.POSITIONAL,
                        softcap);
        List<TokenizedPair> pairs = pairs(new Random(SEED));
        try (DecoderFixture model = open(type, 64, 176, 5)) {
            RandomBatchings.check(
                    type + ", cutoffs " + cutoffs + ", ratio " + ratio,
                    pairs,
                    batch -> model.score(batch, settings),
                    20,
                    1,
                    SEED);
        }
    }

    /** Sums over 2,048 columns, which a kernel for bfloat16 cuts by the number of rows. */
    @ParameterizedTest
    @MethodSource("dev.flinkreranker.runtime.model.HostTypes#all")
    void norWhereSumsAreLong(ComputeType type) throws IOException {
        List<TokenizedPair> pairs = pairs(new Random(SEED));
        try (DecoderFixture model = open(type, 1024, 2048, 2)) {
            RandomBatchings.check(
                    type + ", width 1024",
                    pairs,
                    batch -> model.score(batch, ScoringSettings.defaults()),
                    10,
                    0.02,
                    SEED);
        }
    }

    /** A position that sees both ways, and the mean of all. */
    @ParameterizedTest
    @MethodSource("dev.flinkreranker.runtime.model.HostTypes#all")
    void norWhereTheMeanIsScored(ComputeType type) throws IOException {
        ObjectNode config = (ObjectNode) new ObjectMapper().readTree(DecoderModels.LLAMA);
        config.put("hidden_size", 192)
                .put("intermediate_size", 496)
                .put("vocab_size", 300)
                .put("num_hidden_layers", 3)
                .put("num_attention_heads", 6)
                .put("num_key_value_heads", 2)
                .put("head_dim", 32);
        List<TokenizedPair> pairs = pairs(new Random(SEED));
        try (DecoderFixture model =
                DecoderFixture.open(directory, config, Map.of(), FormulaWeights.MINICPM, type)) {
            RandomBatchings.check(
                    "Llama, " + type,
                    pairs,
                    batch -> model.score(batch, ScoringSettings.defaults()),
                    20,
                    0.2,
                    SEED);
        }
    }

    /** Biases in attention, norms of heads, one answer or two. */
    @ParameterizedTest
    @MethodSource("qwens")
    void norWithQwensOwnParts(String json, boolean oneAnswer, ComputeType type) throws IOException {
        ObjectNode config = (ObjectNode) new ObjectMapper().readTree(json);
        config.put("hidden_size", 192)
                .put("intermediate_size", 496)
                .put("vocab_size", 300)
                .put("num_hidden_layers", 3)
                .put("num_attention_heads", 6)
                .put("num_key_value_heads", 2)
                .put("head_dim", 32)
                .put("tie_word_embeddings", true);
        if (oneAnswer) {
            LogitScoreTest.declare(directory, "{\"true_token_id\": 5}");
        }
        List<TokenizedPair> pairs = pairs(new Random(SEED));
        try (DecoderFixture model =
                DecoderFixture.open(
                        directory,
                        config,
                        Map.of("yes", 5, "no", 6, "1", 7, "0", 8),
                        FormulaWeights.MINICPM,
                        type)) {
            RandomBatchings.check(
                    config.at("/architectures/0").asText() + ", " + type,
                    pairs,
                    batch -> model.score(batch, ScoringSettings.defaults()),
                    20,
                    0.2,
                    SEED);
        }
    }

    static Stream<Arguments> qwens() {
        return HostTypes.all().stream()
                .flatMap(
                        type ->
                                Stream.of(
                                        Arguments.of(DecoderModels.QWEN2, false, type),
                                        Arguments.of(DecoderModels.QWEN3, false, type),
                                        Arguments.of(DecoderModels.QWEN3, true, type)));
    }

    /** Threads share rotations, residuals and activations, and their shares end within vectors. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 6, 7, 16})
    void norWithAnyNumberOfThreads(int threads) throws IOException {
        Threads.use(
                threads,
                () -> {
                    ObjectNode config =
                            (ObjectNode) new ObjectMapper().readTree(DecoderModels.MINICPM);
                    config.put("hidden_size", 192)
                            .put("intermediate_size", 496)
                            .put("vocab_size", 300)
                            .put("num_hidden_layers", 3)
                            .put("num_attention_heads", 6)
                            .put("num_key_value_heads", 6)
                            .put("start_layer", 2);
                    List<TokenizedPair> pairs = pairs(new Random(SEED));
                    for (ComputeType type : List.of(ComputeType.FLOAT32, ComputeType.BFLOAT16)) {
                        try (DecoderFixture model =
                                DecoderFixture.open(
                                        directory,
                                        config,
                                        Map.of(),
                                        FormulaWeights.MINICPM,
                                        type)) {
                            RandomBatchings.check(
                                    threads + " threads, " + type,
                                    pairs,
                                    batch -> model.score(batch, ScoringSettings.defaults()),
                                    20,
                                    0.1,
                                    SEED);
                        }
                    }
                });
    }

    private DecoderFixture open(ComputeType type, int hidden, int intermediate, int layers)
            throws IOException {
        ObjectNode config = (ObjectNode) new ObjectMapper().readTree(DecoderModels.LIGHTWEIGHT);
        config.put("hidden_size", hidden)
                .put("intermediate_size", intermediate)
                .put("vocab_size", 300)
                .put("num_hidden_layers", layers)
                .put("num_attention_heads", 4)
                .put("num_key_value_heads", 2)
                .put("head_dim", hidden / 4)
                .put("sliding_window", 48)
                .put("start_layer", Math.min(2, layers));
        return DecoderFixture.open(directory, config, Map.of(), FormulaWeights.GEMMA2, type);
    }

    /**
     * Of a few requests, so that some of a batch have a query in common, up to a long one; long
     * ones begin with a template that they have in common; and some pairs are the query alone.
     */
    private static List<TokenizedPair> pairs(Random random) {
        long[] template = random.longs(18, 0, 300).toArray();
        List<long[]> queries =
                IntStream.of(1, 4, 8, 21, 30, 70)
                        .mapToObj(length -> random.longs(length, 0, 300).toArray())
                        .toList();
        queries.stream()
                .filter(query -> query.length > template.length)
                .forEach(query -> System.arraycopy(template, 0, query, 0, template.length));
        List<TokenizedPair> pairs = new ArrayList<>();
        for (int i = 0; i < PAIRS; i++) {
            long[] query = queries.get(random.nextInt(queries.size()));
            boolean empty = i % 10 == 5;
            int length = query.length + (empty ? 0 : 4 + random.nextInt(i % 10 == 0 ? 300 : 90));
            long[] ids = Arrays.copyOf(query, length);
            for (int j = query.length; j < length; j++) {
                ids[j] = random.nextInt(300);
            }
            int common = query.length > template.length ? template.length : 0;
            pairs.add(new TokenizedPair(ids, query.length, empty ? 0 : 3, false, 0, common));
        }
        return pairs;
    }

    private static List<Integer> integers(String list) {
        return list.isEmpty()
                ? List.of()
                : List.of(list.split(",")).stream().map(Integer::valueOf).toList();
    }
}
