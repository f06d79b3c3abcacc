package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.program.ExecutionPlan;
import dev.flinkreranker.runtime.program.MappedWeights;
import dev.flinkreranker.runtime.program.Program;
import dev.flinkreranker.runtime.program.ProgramCall;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Scores pairs with {@code decoder.py}.
 *
 * <p>A pair's score has the same bits in every batch on a CPU: the program fills the rows up to a
 * grid ({@link ExecutionPlan#rowGrid}), attends pair by pair, and cuts activations between threads
 * where vectors end. Rows of a query that several pairs begin with are computed once ({@link
 * SharedQueries}), and on a CPU not again in later calls ({@link PrefixCache}); over a GPU's packed
 * rows that would save less than it costs. Where the heads of a token do not fill whole cache lines
 * (no released model) float32 scores may differ in the last bits.
 */
final class DecoderScorer implements ProgramScorer {

    private final DecoderSettings settingsOfModel;
    private final boolean causal;
    private final int hiddenSize;
    private final Program program;
    private final MappedWeights weights;
    private final PrefixCache prefixes;
    private final boolean keepsPrefixes;

    /**
     * @param prefixes those of all scorers of these weights
     * @param threads that share each operation
     */
    DecoderScorer(
            DecoderDescriptor model, MappedWeights weights, PrefixCache prefixes, int threads) {
        this(model, new DecoderWeights(model), weights, prefixes, threads);
    }

    DecoderScorer(
            DecoderDescriptor model,
            DecoderWeights layout,
            MappedWeights weights,
            PrefixCache prefixes,
            int threads) {
        this.settingsOfModel = new DecoderSettings(model);
        this.causal = model.architecture().causal();
        this.hiddenSize = model.hiddenSize();
        this.weights = weights;
        this.prefixes = prefixes;
        this.keepsPrefixes = model.prefixBytes(weights.plan()) > 0;
        this.program =
                Program.load(
                        attributes(model, layout, weights.plan(), threads),
                        weights.plan().device(),
                        weights.plan().parts("decoder", "rotation.py", "kept.py"));
    }

    @Override
    public StagedLogits score(
            List<TokenizedPair> pairs,
            List<PairStates> from,
            ScoringSettings settings,
            @Nullable StatesBudget budget) {
        return score(pairs, from, settingsOfModel.heads(settings), settings, budget);
    }

    /** The same with the heads of the cutoffs by index. */
    StagedLogits score(
            List<TokenizedPair> pairs,
            List<PairStates> from,
            List<Integer> heads,
            ScoringSettings settings,
            @Nullable StatesBudget budget) {
        SharedQueries queries = causal ? SharedQueries.of(pairs) : SharedQueries.none(pairs.size());
        List<TokenizedPair> ordered = queries.order().stream().map(pairs::get).toList();
        int done = from.isEmpty() ? 0 : from.get(0).layers();
        try (PrefixLoan loan = loan(ordered, queries, settings, from.isEmpty() && budget == null);
                ProgramCall call = program.call(from.isEmpty() ? "score" : "resume")) {
            PackedRows first =
                    new PackedRows(
                            lengths(ordered, settings, done),
                            loan.shared(),
                            loan.cached(),
                            weights.plan());
            DecoderRows rows = DecoderRows.of(ordered, first, settings, done, layers(settings));
            call.weights(weights.upTo(layers(settings)));
            if (!from.isEmpty()) {
                queries.rows(from).addTo(call);
                call.number(done);
            }
            call.vectors(rows.vectors())
                    .list(rows.lengths())
                    .list(each(ordered, this::sharedTokens))
                    .list(each(ordered, SharedQueries::template))
                    .list(Arrays.stream(loan.shared()).asLongStream().toArray())
                    .list(each(settingsOfModel.cutoffs(settings), Integer::longValue))
                    .list(each(heads, Integer::longValue))
                    .list(each(rows.compressLayers(), Integer::longValue))
                    .list(rows.groups())
                    .flag(settings.attentionSoftcap());
            loan.addTo(call);
            float[] logits = queries.inFirstOrder(call.firstFloats());
            loan.keep(call, 2);
            return new StagedLogits(logits, keep(call, pairs, queries, settings, budget));
        }
    }

    /** Kept states are those of a query as well, so calls that have or leave some take no loan. */
    private PrefixLoan loan(
            List<TokenizedPair> ordered,
            SharedQueries queries,
            ScoringSettings settings,
            boolean stateless) {
        return keepsPrefixes && stateless
                ? PrefixLoan.of(
                        prefixes, ordered, queries, settings.attentionSoftcap(), layers(settings))
                : PrefixLoan.none(prefixes, queries);
    }

    private int[] lengths(List<TokenizedPair> pairs, ScoringSettings settings, int layers) {
        return pairs.stream()
                .mapToInt(pair -> settingsOfModel.states(pair, settings, layers))
                .toArray();
    }

    private List<PairStates> keep(
            ProgramCall call,
            List<TokenizedPair> pairs,
            SharedQueries queries,
            ScoringSettings settings,
            @Nullable StatesBudget budget) {
        int layers = layers(settings) - 1;
        List<Integer> lengths =
                pairs.stream().map(pair -> settingsOfModel.states(pair, settings, layers)).toList();
        int rows = lengths.stream().mapToInt(Integer::intValue).sum() - queries.left();
        long bytes = (long) weights.plan().rows(rows) * hiddenSize * weights.plan().type().bytes();
        BatchStates batch = BatchStates.keep(call, budget, bytes, pairs.size());
        return batch == null ? List.of() : queries.states(batch, layers, pairs, lengths);
    }

    @Override
    public int sharedTokens(TokenizedPair pair) {
        return causal ? SharedQueries.tokens(pair) : 0;
    }

    @Override
    public int layers(ScoringSettings settings) {
        return settingsOfModel.deepest(settings);
    }

    @Override
    public void close() {
        program.close();
    }

    private static Map<String, Object> attributes(
            DecoderDescriptor model, DecoderWeights layout, ExecutionPlan plan, int threads) {
        Map<String, Object> attributes = new HashMap<>(layout.slots());
        attributes.put("heads", model.attentionHeads());
        attributes.put("kv_heads", model.keyValueHeads());
        attributes.put("head_dim", model.headSize());
        attributes.put("window", model.window());
        attributes.put("causal", model.architecture().causal());
        attributes.put("mean", model.mean());
        attributes.put("compute_type", plan.typeCode());
        attributes.put("threads", threads);
        attributes.put("row_grid", plan.rowGrid());
        attributes.put("row_block", plan.decoderBlock());
        AnswerTable table = model.answers();
        attributes.put("yes", table == null ? -1 : table.answers().get(0));
        attributes.put(
                "no", table == null || table.answers().size() < 2 ? -1 : table.answers().get(1));
        attributes.put("offset_norm", model.architecture().offsetNorm());
        attributes.put("silu", model.architecture().silu());
        attributes.put("eps", model.epsilon());
        attributes.put("rope_theta", model.ropeTheta());
        attributes.put("rope_factor", model.stretch().factor());
        attributes.put("rope_low", model.stretch().low());
        attributes.put("rope_high", model.stretch().high());
        attributes.put("rope_positions", model.stretch().positions());
        attributes.put("temperature", model.temperature());
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
