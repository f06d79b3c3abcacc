package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.program.MappedWeights;
import dev.flinkreranker.runtime.program.MatrixLayout;
import dev.flinkreranker.runtime.program.Program;
import dev.flinkreranker.runtime.program.ProgramCall;
import dev.flinkreranker.runtime.program.RowGrid;
import dev.flinkreranker.runtime.program.WeightLayout;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;

/**
 * Scores pairs with {@code decoder.py}.
 *
 * <p>A pair's score has the same bits in every batch on a CPU: the program fills the rows up to a
 * {@link RowGrid}, attends pair by pair, and cuts activations between threads where vectors end.
 * Where the heads of a token do not fill whole cache lines (no released model) float32 scores may
 * differ in the last bits.
 */
final class DecoderScorer implements ProgramScorer {

    /**
     * Most rows that pass a layer at once, but for attention. By packed matrices, blocks of 512 are
     * 10 to 17 % faster than the whole batch; by others the library packs again for every block,
     * which in float32 costs as much.
     */
    private static final int PACKED_BLOCK_ROWS = 512;

    private static final int WHOLE_BATCH = Integer.MAX_VALUE;

    private final DecoderSettings settingsOfModel;
    private final Program program;
    private final MappedWeights weights;

    DecoderScorer(DecoderDescriptor model, MappedWeights weights) {
        this.settingsOfModel = new DecoderSettings(model);
        this.weights = weights;
        this.program =
                Program.load(
                        attributes(model, weights.matrices()),
                        weights.device(),
                        "decoder.py",
                        weights.matrices().products());
    }

    @Override
    public float[] score(List<TokenizedPair> pairs, ScoringSettings settings) {
        return score(
                pairs,
                settingsOfModel.cutoffs(settings),
                settingsOfModel.heads(settings),
                settings);
    }

    /** The same with the heads of the cutoffs by index. */
    float[] score(
            List<TokenizedPair> pairs,
            List<Integer> cutoffs,
            List<Integer> heads,
            ScoringSettings settings) {
        long[] ids = pairs.stream().map(TokenizedPair::ids).flatMapToLong(LongStream::of).toArray();
        try (ProgramCall call = program.call("score")) {
            return call.weights(weights.upTo(cutoffs.get(cutoffs.size() - 1)))
                    .tensor(ids, ids.length)
                    .list(each(pairs, TokenizedPair::length))
                    .list(each(pairs, TokenizedPair::queryLength))
                    .list(each(pairs, TokenizedPair::promptLength))
                    .list(each(cutoffs, Integer::longValue))
                    .list(each(heads, Integer::longValue))
                    .list(each(settings.compressLayers(), Integer::longValue))
                    .number(settings.compressRatio())
                    .flag(settings.attentionSoftcap())
                    .floats();
        }
    }

    @Override
    public void close() {
        program.close();
    }

    private static Map<String, Object> attributes(DecoderDescriptor model, MatrixLayout matrices) {
        WeightLayout layout = model.weights();
        Map<String, Object> attributes = new HashMap<>();
        attributes.put("heads", model.attentionHeads());
        attributes.put("kv_heads", model.keyValueHeads());
        attributes.put("head_dim", model.headSize());
        attributes.put("window", model.window());
        attributes.put("threads", Program.threads());
        attributes.put("row_grid", RowGrid.ROWS);
        attributes.put(
                "row_block", matrices == MatrixLayout.BLOCKS ? PACKED_BLOCK_ROWS : WHOLE_BATCH);
        attributes.put("first_layer", layout.fixed().size());
        attributes.put("layer_weights", layout.layers().get(0).size());
        attributes.put("answer_table", new DecoderWeights(model).answerTable());
        attributes.put("yes", model.answers().isEmpty() ? -1 : model.answers().get(0));
        attributes.put("no", model.answers().size() < 2 ? -1 : model.answers().get(1));
        attributes.put("offset_norm", model.architecture().offsetNorm());
        attributes.put("post_norms", model.architecture().postNorms());
        attributes.put("head_norms", model.architecture().headNorms());
        attributes.put("silu", model.architecture().silu());
        attributes.put("eps", model.epsilon());
        attributes.put("rope_theta", model.ropeTheta());
        attributes.put("embedding_scale", model.embeddingScale());
        attributes.put("residual_scale", model.residualScale());
        attributes.put("attention_scale", model.attentionScale());
        attributes.put("attention_softcap", model.attentionSoftcap());
        attributes.put("final_softcap", model.finalSoftcap());
        return attributes;
    }

    private static <T> long[] each(List<T> values, ToLongFunction<T> number) {
        return values.stream().mapToLong(number).toArray();
    }
}
