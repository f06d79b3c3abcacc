package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.program.ExecutionPlan;
import dev.flinkreranker.runtime.program.WeightLayout;
import dev.flinkreranker.runtime.tokenization.DeclaredTemplates;
import dev.flinkreranker.runtime.tokenization.PairFormat;
import dev.flinkreranker.runtime.tokenization.PairTokenizers;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import dev.flinkreranker.runtime.tokenization.TokenizerFile;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A decoder reranker as its checkpoint describes it: shapes, constants and heads. Everything that
 * the program needs besides weights and token ids.
 *
 * @param architecture the family
 * @param pairFormat in which words it is asked about a pair
 * @param layers number of layers, at least 1
 * @param hiddenSize width of a state
 * @param intermediateSize width inside the feed-forward block
 * @param vocabularySize rows of the embedding
 * @param attentionHeads query heads
 * @param keyValueHeads key and value heads; divides {@code attentionHeads}
 * @param headSize width of a head, even; all heads together need not be {@code hiddenSize} wide
 * @param biased which of attention's projections add a bias: q, k, v, o
 * @param window how many keys a position sees on even layers, itself included; 0 for all before it
 * @param epsilon added to the mean square by every norm
 * @param ropeTheta base of the rotation's frequencies
 * @param stretch which of those frequencies are slower
 * @param embeddingScale factor of an embedding; takes the compute type first
 * @param residualScale factor of what a block adds to the state
 * @param attentionScale factor of a query-key product
 * @param attentionSoftcap c of {@code c tanh(logit / c)} in attention when switched on; 0 for none
 * @param finalSoftcap the same of the score, always on; 0 for none
 * @param mean whether the mean of all states is scored, instead of the last position's
 * @param temperature what the score is divided by
 * @param firstCutoff first layer with a head; the last layer when there is one head
 * @param cutoffStep layers between two heads
 * @param answers what makes the score; null for a model with heads of its own
 */
record DecoderDescriptor(
        DecoderArchitecture architecture,
        PairFormat pairFormat,
        int layers,
        int hiddenSize,
        int intermediateSize,
        int vocabularySize,
        int attentionHeads,
        int keyValueHeads,
        int headSize,
        List<String> biased,
        int window,
        double epsilon,
        double ropeTheta,
        RotaryStretch stretch,
        double embeddingScale,
        double residualScale,
        double attentionScale,
        double attentionSoftcap,
        double finalSoftcap,
        boolean mean,
        double temperature,
        int firstCutoff,
        int cutoffStep,
        @Nullable AnswerTable answers)
        implements ModelDescriptor {

    /** Copies the list. */
    DecoderDescriptor {
        biased = List.copyOf(biased);
    }

    static DecoderDescriptor of(DecoderArchitecture architecture, Checkpoint checkpoint) {
        boolean classifier = architecture.isClassifier(checkpoint.config());
        List<Long> declared =
                classifier || architecture.layerwise() ? List.of() : LogitScore.of(checkpoint);
        // A folder that declares the tokens of its score says in which words it is asked for, too.
        PairFormat format =
                DeclaredTemplates.format(
                        checkpoint.tokenizerDirectory(),
                        checkpoint.baseDirectory(),
                        architecture.pairFormats(),
                        DeclaredPrompt.of(checkpoint).orElse(null),
                        !declared.isEmpty());
        DecoderConfigReader reader =
                new DecoderConfigReader(checkpoint.config(), architecture, format);
        DecoderDescriptor descriptor;
        if (classifier) {
            descriptor = reader.classifier(Labels.count(checkpoint, AnswerTable.labels()));
        } else if (declared.isEmpty()) {
            descriptor = reader.languageModel(declared);
        } else {
            List<String> names = declared.stream().map(id -> "token " + id).toList();
            descriptor = reader.languageModel(declared, names);
        }
        new DecoderWeights(descriptor).checkNoneIsLeft(checkpoint);
        return descriptor;
    }

    /**
     * The same with the rows of its answers, which a language model needs to score. Unless the
     * folder declares them, they are the first tokens of the answers by the model's own tokenizer,
     * as the references find them.
     *
     * @param tokenizer opens it; a large one takes a second and some hundred megabytes
     * @throws dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException if the tokenizer
     *     cannot be used or knows no such token, or if the model has no row for it
     */
    DecoderDescriptor answering(Checkpoint checkpoint, Supplier<TokenizerFile> tokenizer) {
        if (answers == null || !answers.answers().isEmpty()) {
            return this;
        }
        TokenizerFile opened = tokenizer.get();
        return new DecoderConfigReader(checkpoint.config(), architecture, pairFormat)
                .languageModel(pairFormat.answers().stream().map(opened::firstId).toList());
    }

    @Override
    public String family() {
        return architecture.title();
    }

    /** Rotated positions have no table to run out of. */
    @Override
    public int maxTokens() {
        return PairTokenizers.UNLIMITED;
    }

    @Override
    public List<Integer> cutoffLayers() {
        return IntStream.iterate(firstCutoff, c -> c <= layers, c -> c + cutoffStep)
                .boxed()
                .toList();
    }

    @Override
    public String formula() {
        String logits =
                answers == null ? "the product with the layer's head" : logitsOf(answers.names());
        return finalSoftcap > 0
                ? "%s, capped softly at %s".formatted(logits, finalSoftcap)
                : logits;
    }

    private static String logitsOf(List<String> answers) {
        String first = "the logit of %s".formatted(answers.get(0));
        return answers.size() == 1 ? first : "%s less that of %s".formatted(first, answers.get(1));
    }

    @Override
    public WeightLayout weights() {
        return new DecoderWeights(this).layout();
    }

    @Override
    public List<String> check(ScoringSettings settings) {
        return new DecoderSettings(this).check(settings);
    }

    @Override
    public List<String> warnings(ScoringSettings settings) {
        return new DecoderSettings(this).warnings(settings);
    }

    @Override
    public boolean headsByPosition(ScoringSettings settings) {
        return new DecoderSettings(this).headsByPosition(settings);
    }

    /** Gemma 2's states grow beyond 65,504. */
    @Override
    public boolean fitsFloat16() {
        return architecture != DecoderArchitecture.COST_WISE_GEMMA;
    }

    @Override
    public int sharedLayers(ScoringSettings earlier, ScoringSettings later) {
        return new DecoderSettings(this).sharedLayers(earlier, later);
    }

    @Override
    public long flops(TokenizedPair pair, ScoringSettings settings, int done) {
        return new DecoderCost(this)
                .flops(
                        pair.queryLength(),
                        pair.passageLength(),
                        pair.promptLength(),
                        done,
                        new DecoderSettings(this).deepest(settings),
                        settings.compressRatio(),
                        settings.compressLayers());
    }

    @Override
    public BatchMemory batchMemory(ExecutionPlan plan) {
        return new DecoderCost(this).batchMemory(plan);
    }

    @Override
    public long prefixBytes(ExecutionPlan plan) {
        return new DecoderCost(this).prefixBytes(plan);
    }
}
