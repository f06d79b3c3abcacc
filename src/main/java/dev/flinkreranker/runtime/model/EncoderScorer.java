package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.program.ExecutionPlan;
import dev.flinkreranker.runtime.program.MappedWeights;
import dev.flinkreranker.runtime.program.Program;
import dev.flinkreranker.runtime.program.ProgramCall;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Scores pairs with {@code encoder.py}.
 *
 * <p>On a CPU a pair's score has the same bits in every batch: attention runs pair by pair, all
 * else row by row, and the rows are filled up to a grid ({@link ExecutionPlan#rowGrid}).
 */
final class EncoderScorer implements ProgramScorer {

    private final EncoderDescriptor model;
    private final Program program;
    private final MappedWeights weights;
    private final ExecutionPlan plan;

    /**
     * @param threads how many share each of its operations on a CPU
     */
    EncoderScorer(EncoderDescriptor model, MappedWeights weights, int threads) {
        this.model = model;
        this.weights = weights;
        this.plan = weights.plan();
        this.program = program(model, plan, threads);
    }

    /** The program of a model. */
    static Program program(EncoderDescriptor model, ExecutionPlan plan, int threads) {
        return Program.load(
                Map.of(
                        "threads",
                        threads,
                        "row_grid",
                        plan.rowGrid(),
                        "row_block",
                        plan.encoderBlock(),
                        "heads",
                        model.attentionHeads(),
                        "eps",
                        model.epsilon(),
                        "first_layer",
                        model.weights().fixed().size(),
                        "layer_weights",
                        EncoderWeights.LAYER_WEIGHTS),
                plan.device(),
                plan.parts("encoder", "kept.py"));
    }

    @Override
    public StagedLogits score(
            List<TokenizedPair> pairs,
            List<PairStates> from,
            ScoringSettings settings,
            @Nullable StatesBudget budget) {
        List<Integer> cutoffs = model.cutoffs(settings);
        List<int[]> vectors = vectors(model, pairs, plan);
        try (ProgramCall call = program.call(from.isEmpty() ? "score" : "resume")) {
            call.weights(weights.upTo(layers(settings)));
            if (!from.isEmpty()) {
                KeptRows kept = new KeptRows();
                from.forEach(kept::all);
                kept.addTo(call);
                call.number(from.get(0).layers());
            }
            float[] logits =
                    call.vectors(vectors.toArray(int[][]::new))
                            .list(pairs.stream().mapToLong(TokenizedPair::length).toArray())
                            .list(cutoffs.stream().mapToLong(Integer::longValue).toArray())
                            .list(cutoffs.stream().mapToLong(this::headWeights).toArray())
                            .firstFloats();
            long bytes = (long) vectors.get(0).length * model.hiddenSize() * plan.type().bytes();
            BatchStates batch = BatchStates.keep(call, budget, bytes, pairs.size());
            return new StagedLogits(
                    logits, batch == null ? List.of() : states(batch, pairs, layers(settings) - 1));
        }
    }

    private static List<PairStates> states(
            BatchStates batch, List<TokenizedPair> pairs, int layers) {
        List<PairStates> states = new ArrayList<>(pairs.size());
        int first = 0;
        for (TokenizedPair pair : pairs) {
            PairStates.Rows none = new PairStates.Rows(first, 0);
            states.add(
                    new PairStates(batch, layers, none, new PairStates.Rows(first, pair.length())));
            first += pair.length();
        }
        return states;
    }

    @Override
    public int layers(ScoringSettings settings) {
        return model.deepest(settings);
    }

    @Override
    public void close() {
        program.close();
    }

    private long headWeights(int layer) {
        return EncoderWeights.EMBEDDING_WEIGHTS
                + (long) EncoderWeights.HEAD_WEIGHTS * model.cutoffLayers().indexOf(layer);
    }

    /** The vectors that {@code score} takes: ids, positions, token types, then where pairs lie. */
    static List<int[]> vectors(
            EncoderDescriptor model, List<TokenizedPair> pairs, ExecutionPlan plan) {
        PackedRows packed = PackedRows.of(pairs, plan);
        int[] ids = new int[packed.rows()];
        int[] positions = new int[packed.rows()];
        int[] types = new int[packed.rows()];
        int row = 0;
        for (TokenizedPair pair : pairs) {
            int position = model.architecture().countsFromPadding() ? model.paddingId() + 1 : 0;
            for (int i = 0; i < pair.length(); i++, row++) {
                int id = (int) pair.ids()[i];
                ids[row] = id;
                if (model.architecture().countsFromPadding() && id == model.paddingId()) {
                    positions[row] = id;
                } else {
                    positions[row] = position++;
                }
                types[row] = i < pair.queryLength() ? 0 : pair.passageType();
            }
        }
        return List.of(
                ids, positions, types, packed.firsts(), packed.bounds(), packed.scoredBounds());
    }
}
