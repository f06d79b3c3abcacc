package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A loaded model: text becomes pairs, pairs become scores. */
public interface PairScorer extends AutoCloseable {

    /**
     * The tokenizer of the model under these settings, usable until this scorer is closed. Whoever
     * asks keeps it.
     *
     * @throws IllegalArgumentException if the model cannot do these settings; the message is one
     *     line for a person
     */
    PairTokenizer tokenizer(TokenizationSettings settings);

    /**
     * What stands against scoring with these settings, one exact line for each objection; empty if
     * the model can do it.
     */
    List<String> check(ScoringSettings settings);

    /**
     * Scores a batch. Safe for use by many threads; how many of them use a device best, {@link
     * dev.flinkreranker.runtime.program.ComputeDevice#batchesAtOnce} says.
     *
     * @param pairs at least one pair, in any order and mix of lengths
     * @param settings settings to which {@link #check} has no objection
     * @return raw logits, [pair][cutoff ascending]
     * @throws dev.flinkreranker.runtime.fault.DeviceMemoryException if the batch did not fit
     * @throws dev.flinkreranker.runtime.fault.ScoringException if this batch cannot be scored
     * @throws dev.flinkreranker.runtime.fault.BrokenDeviceException if the device is lost
     */
    float[][] score(List<TokenizedPair> pairs, ScoringSettings settings);

    /**
     * Scores a batch with the same bits from states that earlier calls have kept, and keeps such
     * states. Where nothing is shared ({@link #sharedLayers}), none are kept.
     *
     * @param from the states of each pair, all from settings that share as many layers with these;
     *     empty to begin with the tokens
     * @param budget where there must be room for what is kept; null to keep none
     */
    default StagedScores score(
            List<TokenizedPair> pairs,
            List<PairStates> from,
            ScoringSettings settings,
            @Nullable StatesBudget budget) {
        return new StagedScores(score(pairs, settings), List.of());
    }

    /** As {@link ModelDescriptor#sharedLayers} says. Any thread. */
    default int sharedLayers(ScoringSettings earlier, ScoringSettings later) {
        return 0;
    }

    /**
     * Layers that pairs of these settings run through; 0 where nothing is brought layer by layer.
     */
    default int layers(ScoringSettings settings) {
        return 0;
    }

    /**
     * Brings the weights of the lowest layers into memory, those that are not there yet. Called by
     * one thread at a time, beside others that score.
     *
     * @param layers how many
     * @throws IllegalStateException if they do not fit, or if this scorer is closed
     */
    default void bring(int layers) {}

    /**
     * How many leading ids of a pair a batch computes once for all pairs with an equal {@link
     * TokenizedPair#query}. Any thread.
     */
    default int sharedTokens(TokenizedPair pair) {
        return 0;
    }

    /** Rows computed for that many tokens, those that hold no token included. Any thread. */
    default int rows(int tokens) {
        return tokens;
    }

    /**
     * As {@link dev.flinkreranker.runtime.program.ComputeDevice#sameBitsInAnyBatch}. Any thread.
     */
    default boolean sameBitsInAnyBatch() {
        return true;
    }

    /** What the model's folder says Sentence Transformers makes of its score. Any thread. */
    default DeclaredScore declaredScore() {
        return DeclaredScore.RAW;
    }

    /**
     * Bytes of its device that its weights take once so many layers are there, predicted. Any
     * thread.
     */
    default long weightBytes(int layers) {
        return 0;
    }

    /**
     * Bytes of its device that a batch of that many tokens takes at most beside the weights,
     * predicted. Any thread.
     */
    default long batchBytes(long tokens) {
        return 0;
    }

    /**
     * Tokens of the largest batch that fits into what is free of its device, predicted; at least 1.
     * Any thread.
     */
    default int fittingTokens() {
        return Integer.MAX_VALUE;
    }

    /** The number format that it computes in, as {@code dtype} takes it. Any thread. */
    default String format() {
        return "float32";
    }

    /** Floating point operations of one pair, by the analytic count. Any thread. */
    long flops(TokenizedPair pair, ScoringSettings settings);

    /**
     * The same for a pair that goes on from kept states. Any thread.
     *
     * @param done how many layers need not run: 0, or as {@link #sharedLayers} says
     */
    default long flops(TokenizedPair pair, ScoringSettings settings, int done) {
        return flops(pair, settings);
    }

    /** Releases the model. Called once, when no other method will be called any more. */
    @Override
    void close();
}
