package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.program.MappedWeights;
import dev.flinkreranker.runtime.program.Program;
import dev.flinkreranker.runtime.program.ProgramCall;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Scores pairs by the cosine of their embeddings, with {@code encoder.py}. A text that several
 * pairs of a batch have in common, such as their query, runs once; its bits do not depend on that.
 */
final class DenseScorer implements ProgramScorer {

    private final EncoderDescriptor body;
    private final Program program;
    private final MappedWeights weights;

    DenseScorer(DenseDescriptor model, MappedWeights weights, int threads) {
        this.body = model.body();
        this.weights = weights;
        this.program = EncoderScorer.program(body, weights.plan(), threads);
    }

    @Override
    public StagedLogits score(
            List<TokenizedPair> pairs,
            List<PairStates> from,
            ScoringSettings settings,
            @Nullable StatesBudget budget) {
        Texts texts = new Texts();
        int[] queries = new int[pairs.size()];
        int[] passages = new int[pairs.size()];
        for (int i = 0; i < pairs.size(); i++) {
            TokenizedPair pair = pairs.get(i);
            queries[i] = texts.index(pair.ids(), 0, pair.queryLength());
            passages[i] = texts.index(pair.ids(), pair.queryLength(), pair.length());
        }
        List<int[]> vectors =
                new ArrayList<>(EncoderScorer.vectors(body, texts.all, weights.plan()));
        vectors.add(queries);
        vectors.add(passages);
        try (ProgramCall call = program.call("cosines")) {
            float[] logits =
                    call.weights(weights.upTo(body.layers()))
                            .vectors(vectors.toArray(int[][]::new))
                            .list(texts.all.stream().mapToLong(TokenizedPair::length).toArray())
                            .number(body.layers())
                            .floats();
            return new StagedLogits(logits, List.of());
        }
    }

    @Override
    public int sharedTokens(TokenizedPair pair) {
        return pair.queryLength();
    }

    @Override
    public int layers(ScoringSettings settings) {
        return body.layers();
    }

    @Override
    public void close() {
        program.close();
    }

    /** The different texts of a batch, in the order in which they first come. */
    private static final class Texts {

        private final List<TokenizedPair> all = new ArrayList<>();
        private final Map<LongBuffer, Integer> indices = new HashMap<>();

        int index(long[] ids, int from, int to) {
            long[] text = Arrays.copyOfRange(ids, from, to);
            return indices.computeIfAbsent(
                    LongBuffer.wrap(text),
                    key -> {
                        all.add(new TokenizedPair(text, text.length, 0, false));
                        return all.size() - 1;
                    });
        }
    }
}
