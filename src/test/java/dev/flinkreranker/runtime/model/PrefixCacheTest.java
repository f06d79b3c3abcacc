package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flinkreranker.runtime.fault.ScoringException;
import dev.flinkreranker.runtime.program.ComputeDevice;
import dev.flinkreranker.runtime.program.KeptTensor;
import dev.flinkreranker.runtime.program.Program;
import dev.flinkreranker.runtime.program.ProgramCall;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What calls keep for each other, by a small decoder with heads at several layers. */
class PrefixCacheTest {

    private static final int TEMPLATE = 20;
    private static final int QUERY = 30;
    private static final long[] BEGIN = ids(TEMPLATE, 1);

    @TempDir Path directory;

    private DecoderFixture model;

    @BeforeEach
    void open() throws IOException {
        DecoderFixture.writeSmall(directory, DecoderModels.LIGHTWEIGHT, 4, FormulaWeights.GEMMA2);
        model =
                DecoderFixture.open(
                        directory,
                        new ObjectMapper().readTree(directory.resolve("config.json").toFile()),
                        Map.of("Yes", 9),
                        FormulaWeights.GEMMA2,
                        ComputeType.FLOAT32);
    }

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void templateAndQueryAreKeptAndTheTemplateServesOtherQueries() {
        PrefixCache cache = new PrefixCache();
        try (DecoderScorer scorer = model.scorer(cache)) {
            score(scorer, pair(1, 10), settings(4));

            assertThat(cache.tokens()).isEqualTo(TEMPLATE + QUERY);
            assertThat(has(cache, pair(1, 5), QUERY, 4)).isTrue();
            assertThat(has(cache, pair(2, 5), QUERY, 4)).isFalse();
            assertThat(has(cache, pair(2, 5), TEMPLATE, 4)).isTrue();

            score(scorer, pair(2, 10), settings(4));

            assertThat(cache.tokens()).isEqualTo(TEMPLATE + 2 * QUERY);
        }
    }

    @Test
    void scoresHaveTheSameBitsWhateverIsThere() {
        Random random = new Random(7);
        PrefixCache cache = new PrefixCache(TEMPLATE + 2 * QUERY);
        try (DecoderScorer fresh = model.scorer(new PrefixCache(0));
                DecoderScorer scorer = model.scorer(cache)) {
            for (int i = 0; i < 60; i++) {
                List<TokenizedPair> batch = new ArrayList<>();
                for (int p = random.nextInt(4); p >= 0; p--) {
                    batch.add(pair(random.nextInt(5), 1 + random.nextInt(60)));
                }
                ScoringSettings settings =
                        new ScoringSettings(
                                random.nextBoolean() ? List.of(3) : List.of(2, 4),
                                2,
                                List.of(1),
                                HeadSelection.POSITIONAL,
                                random.nextBoolean());

                assertThat(logits(scorer, batch, settings))
                        .as("batch %d", i)
                        .isEqualTo(logits(fresh, batch, settings));
                assertThat(cache.tokens()).isBetween(QUERY, TEMPLATE + 2 * QUERY);
            }
        }
    }

    /** One tenant's instruction may be what another's clients write before their queries. */
    @Test
    void equalIdsWithAnotherTemplateAreKeptForThemselves() {
        long[] ids = ids(120, 5);
        TokenizedPair bare = new TokenizedPair(ids, 60, 1, false);
        TokenizedPair query = new TokenizedPair(ids, 60, 1, false, 0, 40);
        TokenizedPair template = new TokenizedPair(ids, 80, 1, false, 0, 60);
        try (DecoderScorer fresh = model.scorer(new PrefixCache(0));
                DecoderScorer scorer = model.scorer(new PrefixCache())) {
            for (TokenizedPair pair : List.of(query, bare, template, query)) {
                assertThat(logits(scorer, List.of(pair), settings(4)))
                        .isEqualTo(logits(fresh, List.of(pair), settings(4)));
            }
        }
    }

    @Test
    void whatWasNotUsedForTheLongestTimeGoesFirst() {
        PrefixCache cache = new PrefixCache(TEMPLATE + 2 * QUERY);
        try (DecoderScorer scorer = model.scorer(cache)) {
            for (int query : new int[] {1, 2, 1, 3}) {
                score(scorer, pair(query, 10), settings(4));
            }

            assertThat(has(cache, pair(1, 10), QUERY, 4)).isTrue();
            assertThat(has(cache, pair(2, 10), QUERY, 4)).isFalse();
            assertThat(has(cache, pair(3, 10), TEMPLATE, 4)).isTrue();
            assertThat(cache.tokens()).isEqualTo(TEMPLATE + 2 * QUERY);
        }
    }

    @Test
    void whatGoesIsFreed() {
        PrefixCache cache = new PrefixCache(TEMPLATE + QUERY);
        try (DecoderScorer scorer = model.scorer(cache);
                Program any =
                        Program.load(
                                Map.of("count", 0, "ratio", 0., "on", false),
                                ComputeDevice.CPU,
                                "faults.py",
                                "host.py");
                ProgramCall call = any.call("joined")) {
            score(scorer, pair(1, 10), settings(4));
            CachedPrefix query = cache.borrow(key(pair(1, 10), QUERY), 4);
            List<KeptTensor> tensors = List.of(query.tensor);
            call.tensors(tensors);

            cache.giveBack(query);
            score(scorer, pair(2, 10), settings(4));

            assertThatThrownBy(() -> call.tensors(tensors))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("released");
        }
    }

    @Test
    void whatACallUsesStaysUntilItEnds() {
        PrefixCache cache = new PrefixCache(TEMPLATE + QUERY);
        try (DecoderScorer scorer = model.scorer(cache)) {
            score(scorer, pair(1, 10), settings(4));
            CachedPrefix query = cache.borrow(key(pair(1, 10), QUERY), 4);
            CachedPrefix template = cache.borrow(key(pair(1, 10), TEMPLATE), 4);

            assertThat(cache.reserve(key(pair(2, 10), QUERY), 4)).isNull();

            cache.giveBack(template);
            assertThat(cache.reserve(key(pair(2, 10), QUERY), 4)).isNull();
            assertThat(has(cache, pair(2, 10), TEMPLATE, 4)).as("nothing went in vain").isTrue();

            cache.giveBack(query);
            CachedPrefix coming = cache.reserve(key(pair(2, 10), QUERY), 4);

            assertThat(coming).isNotNull();
            assertThat(cache.reserve(key(pair(2, 10), QUERY), 4)).as("it is on its way").isNull();
            cache.giveBack(coming);
        }
    }

    @Test
    void whatACallUsesStaysThoughOthersWereUsedLater() {
        PrefixCache cache = new PrefixCache(TEMPLATE + 2 * QUERY);
        try (DecoderScorer scorer = model.scorer(cache)) {
            score(scorer, pair(1, 10), settings(4));
            CachedPrefix inUse = cache.borrow(key(pair(1, 10), QUERY), 4);
            score(scorer, pair(2, 10), settings(4));
            score(scorer, pair(3, 10), settings(4));

            assertThat(has(cache, pair(1, 10), QUERY, 4)).isTrue();
            assertThat(has(cache, pair(2, 10), QUERY, 4)).isFalse();
            assertThat(has(cache, pair(3, 10), QUERY, 4)).isTrue();
            cache.giveBack(inUse);
        }
    }

    /** As slices do; there is room for less than what they want at once. */
    @Test
    void callsOfSeveralThreadsLeaveNothingInUse() throws Exception {
        PrefixCache cache = new PrefixCache(TEMPLATE + 2 * QUERY);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try (DecoderScorer fresh = model.scorer(new PrefixCache(0));
                DecoderScorer whole = model.scorer(cache);
                DecoderScorer slice = model.scorer(cache)) {
            List<List<TokenizedPair>> batches = new ArrayList<>();
            List<Callable<float[]>> calls = new ArrayList<>();
            for (int i = 0; i < 120; i++) {
                List<TokenizedPair> batch = List.of(pair(i % 7, 1 + i % 40), pair(i % 4, 9));
                ScoringSettings settings = settings(2 + i % 3);
                DecoderScorer scorer = i % 2 == 0 ? whole : slice;
                batches.add(batch);
                calls.add(() -> logits(scorer, batch, settings));
            }
            List<Future<float[]>> scores = threads.invokeAll(calls);
            for (int i = 0; i < batches.size(); i++) {
                assertThat(scores.get(i).get())
                        .as("batch %d", i)
                        .isEqualTo(logits(fresh, batches.get(i), settings(2 + i % 3)));
            }
            CachedPrefix all =
                    cache.reserve(
                            new CachedPrefix.Key(
                                    LongBuffer.allocate(TEMPLATE + 2 * QUERY), 0, false),
                            4);
            assertThat(all).isNotNull();
            assertThat(cache.tokens()).isEqualTo(TEMPLATE + 2 * QUERY);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void aDeeperCallMakesItAnew() {
        PrefixCache cache = new PrefixCache();
        try (DecoderScorer scorer = model.scorer(cache)) {
            score(scorer, pair(1, 10), settings(2));
            assertThat(has(cache, pair(1, 10), QUERY, 3)).isFalse();
            CachedPrefix inUse = cache.borrow(key(pair(1, 10), QUERY), 2);

            score(scorer, pair(1, 10), settings(4));
            assertThat(has(cache, pair(1, 10), QUERY, 3)).isTrue();
            assertThat(cache.tokens()).isEqualTo(TEMPLATE + 2 * QUERY);

            cache.giveBack(inUse);
            assertThat(cache.tokens()).isEqualTo(TEMPLATE + QUERY);
        }
    }

    @Test
    void aCallThatFailsTakesNoRoom() {
        PrefixCache cache = new PrefixCache();
        TokenizedPair pair = pair(1, 10);
        pair.ids()[QUERY + 2] = 1 << 30;
        try (DecoderScorer scorer = model.scorer(cache)) {
            assertThatThrownBy(() -> score(scorer, pair, settings(4)))
                    .isInstanceOf(ScoringException.class);
        }

        assertThat(cache.tokens()).isZero();
    }

    /** Their states are to be kept, those of the query as well. */
    @Test
    void callsThatKeepStatesTakeNothingAndLeaveNothing() {
        PrefixCache cache = new PrefixCache();
        List<TokenizedPair> pairs = List.of(pair(1, 10));
        try (DecoderScorer scorer = model.scorer(cache)) {
            StagedLogits staged =
                    scorer.score(pairs, List.of(), settings(2), new StatesBudget(Long.MAX_VALUE));
            assertThat(staged.states()).hasSize(1);
            scorer.score(pairs, staged.states(), settings(4), null);
            staged.states().forEach(PairStates::close);
        }

        assertThat(cache.tokens()).isZero();
    }

    private static boolean has(PrefixCache cache, TokenizedPair pair, int tokens, int layers) {
        CachedPrefix found = cache.borrow(key(pair, tokens), layers);
        if (found != null) {
            cache.giveBack(found);
        }
        return found != null;
    }

    private static CachedPrefix.Key key(TokenizedPair pair, int tokens) {
        return new CachedPrefix.Key(pair.first(tokens), tokens == QUERY ? TEMPLATE : 0, false);
    }

    private static void score(DecoderScorer scorer, TokenizedPair pair, ScoringSettings settings) {
        scorer.score(List.of(pair), List.of(), settings, null);
    }

    private static float[] logits(
            DecoderScorer scorer, List<TokenizedPair> pairs, ScoringSettings settings) {
        return scorer.score(pairs, List.of(), settings, null).logits();
    }

    private static ScoringSettings settings(int cutoff) {
        return new ScoringSettings(List.of(cutoff), 1, List.of(), HeadSelection.POSITIONAL, false);
    }

    private static TokenizedPair pair(int query, int rest) {
        long[] ids = ids(QUERY + rest, 100 + query);
        System.arraycopy(BEGIN, 0, ids, 0, TEMPLATE);
        return new TokenizedPair(ids, QUERY, 1, false, 0, TEMPLATE);
    }

    private static long[] ids(int count, long seed) {
        return new Random(seed).longs(count, 10, 300).toArray();
    }
}
