package dev.flinkreranker.workbench.replay.scoring;

import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.fault.ScoringException;
import dev.flinkreranker.runtime.model.PairScorer;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import dev.flinkreranker.runtime.tokenization.TokenizedQuery;
import java.io.Serial;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/**
 * A reranker that takes no time: the share of the passage's words that the query has, more of it
 * the deeper the layer. Like a real one in half precision, its last bits depend on the batch, so
 * that a replay that lets batches vary is caught. Cannot score a passage with the word "poison".
 */
public class WordOverlapModels implements ReplayModels {
    @Serial private static final long serialVersionUID = 1L;

    private static final long POISON = "poison".hashCode();

    /** Pairs scored by all instances in this JVM. */
    public static final AtomicLong PAIRS = new AtomicLong();

    @Override
    public PairScorer open(ModelReference model) {
        return new WordOverlap();
    }

    /** Called before every batch. */
    protected void beforeBatch() {}

    private final class WordOverlap implements PairScorer {
        @Override
        public PairTokenizer tokenizer(TokenizationSettings settings) {
            int most = settings.maxLength() == null ? 512 : settings.maxLength();
            return new Words(most);
        }

        @Override
        public List<String> check(ScoringSettings settings) {
            return settings.cutoffLayers().stream()
                    .filter(layer -> layer > 12)
                    .map(layer -> "cutoff layer " + layer + ": the model has 12 layers")
                    .toList();
        }

        @Override
        public float[][] score(List<TokenizedPair> pairs, ScoringSettings settings) {
            beforeBatch();
            float[][] logits = new float[pairs.size()][];
            long padded = 0;
            for (TokenizedPair pair : pairs) {
                padded = Math.max(padded, pair.length());
            }
            for (int i = 0; i < logits.length; i++) {
                if (LongStream.of(pairs.get(i).ids()).anyMatch(id -> id == POISON)) {
                    throw new ScoringException("poison in pair " + i);
                }
                logits[i] = logits(pairs.get(i), settings, padded * 1e-5f);
            }
            PAIRS.addAndGet(pairs.size());
            return logits;
        }

        @Override
        public long flops(TokenizedPair pair, ScoringSettings settings) {
            List<Integer> layers = settings.cutoffLayers();
            return 1000L * pair.length() * (layers.isEmpty() ? 12 : layers.get(layers.size() - 1));
        }

        @Override
        public void close() {}
    }

    private static float[] logits(TokenizedPair pair, ScoringSettings settings, float noise) {
        Set<Long> query = new HashSet<>();
        int common = 0;
        for (int i = 0; i < pair.length(); i++) {
            if (i < pair.queryLength()) {
                query.add(pair.ids()[i]);
            } else if (query.contains(pair.ids()[i])) {
                common++;
            }
        }
        float overlap = common / (1f + pair.passageLength());
        float chance = Math.floorMod(Arrays.hashCode(pair.ids()), 1000) / 1000f;
        List<Integer> layers =
                settings.cutoffLayers().isEmpty() ? List.of(12) : settings.cutoffLayers();
        float[] logits = new float[layers.size()];
        for (int i = 0; i < logits.length; i++) {
            float depth = layers.get(i) / 12f;
            logits[i] = 10 * (depth * overlap + (1 - depth) * chance) - 5 + noise;
        }
        return logits;
    }

    private record Words(int most) implements PairTokenizer {
        @Override
        public TokenizedQuery query(String query) {
            return new TokenizedQuery(ids(query), false);
        }

        @Override
        public TokenizedPair pair(TokenizedQuery query, String passage) {
            long[] ids =
                    LongStream.concat(LongStream.of(query.ids()), LongStream.of(ids(passage)))
                            .toArray();
            boolean truncated = ids.length > most;
            return new TokenizedPair(
                    truncated ? Arrays.copyOf(ids, most) : ids, query.ids().length, 0, truncated);
        }

        private static long[] ids(String text) {
            return Arrays.stream(text.split(" ")).mapToLong(String::hashCode).toArray();
        }
    }
}
