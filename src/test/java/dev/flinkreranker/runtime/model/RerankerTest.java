package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.fault.ScoringException;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RerankerTest {

    @TempDir static Path directory;

    private static final ScoringSettings DEFAULTS = ScoringSettings.defaults();
    private static List<TokenizedPair> pairs;
    private static Reranker reranker;

    @BeforeAll
    static void open() {
        GoldenFile golden = new GoldenFile();
        golden.writeEncoder(directory, StoredType.F32);
        pairs = golden.pairs("xlm_roberta");
        reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu");
    }

    @AfterAll
    static void close() {
        reranker.close();
    }

    @Test
    void describesTheModel() {
        ModelDescriptor model = reranker.descriptor();

        assertThat(model.family()).isEqualTo("XLM-RoBERTa");
        assertThat(model.layers()).isEqualTo(3);
        assertThat(model.maxTokens()).isEqualTo(64);
        assertThat(model.vocabularySize()).isEqualTo(300);
        assertThat(model.cutoffLayers()).containsExactly(3);
        // Tables, embedding norm; 3 layers; head.
        long layer = 4 * (48 * 48 + 48) + 2 * 96 * 48 + 96 + 48 + 4 * 48;
        assertThat(model.parameters())
                .isEqualTo((300 + 66 + 1) * 48 + 2 * 48 + 3 * layer + 48 * 48 + 48 + 48 + 1);
    }

    @Test
    void whatWasConvertedLeavesNoMappingOfItsFile(@TempDir Path converted) throws IOException {
        Path maps = Path.of("/proc/self/maps");
        assumeThat(maps).exists();
        new GoldenFile().writeEncoder(converted, StoredType.F32);
        try (Reranker other = Reranker.open(converted, ComputeType.BFLOAT16, "cpu")) {
            other.score(pairs, DEFAULTS);

            // The one of the embedding tables and heads, which stay as stored.
            assertThat(Files.readAllLines(maps))
                    .filteredOn(
                            line ->
                                    line.endsWith(
                                            converted.resolve("model.safetensors").toString()))
                    .hasSize(1);
        }
    }

    @Test
    void nothingIsScoredAsNothing() {
        assertThat(reranker.score(List.of(), DEFAULTS)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 300, Long.MAX_VALUE, Long.MIN_VALUE})
    void anIdWithoutAnEmbeddingIsAnErrorOfItsPair(long id) {
        TokenizedPair bad = new TokenizedPair(new long[] {0, id, 2}, 1, 0, false);

        assertThatThrownBy(() -> reranker.score(List.of(pairs.get(0), bad), DEFAULTS))
                .isInstanceOf(ScoringException.class)
                .hasMessage("pair 1 has token id " + id + "; the model's vocabulary is 0 to 299");
    }

    @Test
    void aPairTakesAsManyTokensAsThereArePositions() {
        assertThat(reranker.score(List.of(pairOf(64)), DEFAULTS)[0][0]).isFinite();
        assertThatThrownBy(() -> reranker.score(List.of(pairOf(65)), DEFAULTS))
                .isInstanceOf(ScoringException.class)
                .hasMessage("pair 0 has 65 tokens; the model takes 1 to 64");
        assertThatThrownBy(() -> reranker.score(List.of(pairOf(0)), DEFAULTS))
                .isInstanceOf(ScoringException.class);
    }

    @Test
    void saysWhatTheModelCannotDo() {
        ScoringSettings settings =
                new ScoringSettings(List.of(2, 3), 2, List.of(1), HeadSelection.BY_LAYER, true);

        assertThat(reranker.check(DEFAULTS)).isEmpty();
        assertThat(reranker.check(settings))
                .containsExactly(
                        "cutoff_layers 2: this XLM-RoBERTa model has heads at layers 3",
                        "compress_ratio 2: XLM-RoBERTa models do not compress tokens",
                        "compress_layers [1]: XLM-RoBERTa models do not compress tokens",
                        "attention_softcap: XLM-RoBERTa models have none");
        assertThatThrownBy(() -> reranker.score(pairs, settings))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aClosedRerankerSaysSo() {
        Reranker closed = Reranker.open(directory, ComputeType.FLOAT32, "cpu");
        closed.close();
        closed.close();

        assertThatThrownBy(() -> closed.score(pairs, DEFAULTS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the reranker is closed");
    }

    @Test
    void threadsGetTheBitsThatOneGets() throws Exception {
        float[][] expected = reranker.score(pairs, DEFAULTS);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try (Reranker fresh = Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
            List<Callable<float[][]>> calls = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                calls.add(() -> fresh.score(pairs, DEFAULTS));
            }
            for (Future<float[][]> future : pool.invokeAll(calls)) {
                assertThat(future.get()).isDeepEqualTo(expected);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void callsLeaveNoNativeMemoryBehind(@TempDir Path small) throws IOException {
        Path status = Path.of("/proc/self/status");
        assumeThat(status).exists();
        new EncoderShape(16, 1, 16, 1, 300).write(small, StoredType.F32);
        // 100 kB of inputs a call: what 300 calls left behind would be 30 MB, in every round. The
        // heap's own first pages come and go, so the quietest round counts.
        List<TokenizedPair> batch = Collections.nCopies(8, pairOf(512));
        try (Reranker model = Reranker.open(small, ComputeType.FLOAT32, "cpu")) {
            long least = Long.MAX_VALUE;
            long before = nativeKilobytes(status);
            for (int round = 0; round < 4; round++) {
                for (int i = 0; i < 300; i++) {
                    model.score(batch, DEFAULTS);
                }
                System.gc(); // frees the direct buffers through which inputs go
                long after = nativeKilobytes(status);
                least = Math.min(least, after - before);
                before = after;
            }
            assertThat(least).isLessThan(10_000);
        }
    }

    @Test
    void countsOperations() {
        long tokens = 64;
        long layer = 2 * tokens * (4 * 48 * 48 + 2 * 48 * 96) + 4 * tokens * tokens * 48;
        long head = 2 * (48 * 48 + 48);

        assertThat(reranker.flops(pairOf(64), DEFAULTS)).isEqualTo(3 * layer + head);
    }

    private static TokenizedPair pairOf(int tokens) {
        return new TokenizedPair(
                LongStream.range(0, tokens).map(i -> 2 + i % 290).toArray(),
                Math.min(tokens, 3),
                0,
                false);
    }

    /** Resident memory beyond the Java heap. */
    private static long nativeKilobytes(Path status) throws IOException {
        long resident =
                Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElseThrow();
        return resident - Runtime.getRuntime().totalMemory() / 1024;
    }
}
