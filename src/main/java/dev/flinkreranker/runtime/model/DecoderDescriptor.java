package dev.flinkreranker.runtime.model;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A decoder reranker as its checkpoint describes it: shapes, constants and heads. Everything that
 * the program needs besides weights and token ids.
 *
 * @param architecture the family
 * @param layers number of layers, at least 1
 * @param hidden width of a state
 * @param intermediate width inside the feed-forward block
 * @param vocabulary rows of the embedding
 * @param heads query heads
 * @param keyValueHeads key and value heads; divides {@code heads}
 * @param headSize width of a head, even; {@code heads * headSize} need not be {@code hidden}
 * @param window how many keys a position sees on even layers, itself included; 0 for all before it
 * @param epsilon added to the mean square by every norm
 * @param ropeTheta base of the rotation's frequencies
 * @param embeddingScale factor of an embedding; takes the compute type first
 * @param residualScale factor of what a block adds to the state
 * @param attentionScale factor of a query-key product
 * @param attentionSoftcap c of {@code c tanh(logit / c)} in attention when switched on; 0 for none
 * @param finalSoftcap the same of the score, always on; 0 for none
 * @param firstCutoff first layer with a head; the last layer when there is one head
 * @param cutoffStep layers between two heads
 * @param answers rows of the vocabulary that make the score: one (its logit) or two (the first
 *     logit minus the second); empty for a model with heads of its own
 * @param tied whether the rows of {@code answers} are rows of the embedding
 */
public record DecoderDescriptor(
        DecoderArchitecture architecture,
        int layers,
        int hidden,
        int intermediate,
        int vocabulary,
        int heads,
        int keyValueHeads,
        int headSize,
        int window,
        double epsilon,
        double ropeTheta,
        double embeddingScale,
        double residualScale,
        double attentionScale,
        double attentionSoftcap,
        double finalSoftcap,
        int firstCutoff,
        int cutoffStep,
        List<Integer> answers,
        boolean tied) {

    /** Copies the list. */
    public DecoderDescriptor {
        answers = List.copyOf(answers);
    }

    /** The layers that have a head, ascending. */
    public List<Integer> cutoffLayers() {
        return IntStream.iterate(firstCutoff, c -> c <= layers, c -> c + cutoffStep)
                .boxed()
                .toList();
    }
}
