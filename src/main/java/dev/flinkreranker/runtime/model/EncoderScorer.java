package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.program.MappedWeights;
import dev.flinkreranker.runtime.program.Program;
import dev.flinkreranker.runtime.program.ProgramCall;
import dev.flinkreranker.runtime.program.RowGrid;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.List;
import java.util.Map;

/**
 * Scores pairs with {@code encoder.py}.
 *
 * <p>A pair's score has the same bits in every batch: attention runs pair by pair, everything else
 * row by row, and the rows are padded to a {@link RowGrid}.
 */
final class EncoderScorer implements ProgramScorer {

    private final EncoderDescriptor model;
    private final Program program;
    private final MappedWeights weights;

    EncoderScorer(EncoderDescriptor model, MappedWeights weights) {
        this.model = model;
        this.weights = weights;
        this.program =
                Program.load(
                        Map.of(
                                "threads",
                                Program.threads(),
                                "row_block",
                                EncoderDescriptor.BLOCK_ROWS,
                                "heads",
                                model.attentionHeads(),
                                "eps",
                                model.epsilon(),
                                "first_layer",
                                model.weights().fixed().size(),
                                "layer_weights",
                                EncoderWeights.LAYER_WEIGHTS),
                        weights.device(),
                        "encoder.py",
                        weights.matrices().products());
    }

    @Override
    public float[] score(List<TokenizedPair> pairs, ScoringSettings settings) {
        List<Integer> cutoffs = model.cutoffs(settings);
        int tokens = pairs.stream().mapToInt(TokenizedPair::length).sum();
        int rows = RowGrid.fill(tokens);
        try (ProgramCall call = program.call("score")) {
            return call.weights(weights.upTo(cutoffs.get(cutoffs.size() - 1)))
                    .tensor(inputs(pairs, rows), 3, rows)
                    .list(pairs.stream().mapToLong(TokenizedPair::length).toArray())
                    .list(cutoffs.stream().mapToLong(Integer::longValue).toArray())
                    .list(cutoffs.stream().mapToLong(this::headWeights).toArray())
                    .floats();
        }
    }

    @Override
    public void close() {
        program.close();
    }

    private long headWeights(int layer) {
        return EncoderWeights.EMBEDDING_WEIGHTS
                + (long) EncoderWeights.HEAD_WEIGHTS * model.cutoffLayers().indexOf(layer);
    }

    /** Ids, positions and token types; zeros in the padding rows. */
    private long[] inputs(List<TokenizedPair> pairs, int rows) {
        long[] inputs = new long[3 * rows];
        boolean segments = model.architecture().hasSegments() && model.tokenTypes() > 1;
        int row = 0;
        for (TokenizedPair pair : pairs) {
            long position = model.architecture().countsFromPadding() ? model.paddingId() + 1 : 0;
            for (int i = 0; i < pair.length(); i++, row++) {
                long id = pair.ids()[i];
                inputs[row] = id;
                if (model.architecture().countsFromPadding() && id == model.paddingId()) {
                    inputs[rows + row] = id;
                } else {
                    inputs[rows + row] = position++;
                }
                inputs[2 * rows + row] = segments && i >= pair.queryLength() ? 1 : 0;
            }
        }
        return inputs;
    }
}
