package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.fault.ScoringException;
import dev.flinkreranker.runtime.program.ComputeDevice;
import dev.flinkreranker.runtime.program.ExecutionPlan;
import dev.flinkreranker.runtime.program.MappedWeights;
import dev.flinkreranker.runtime.program.WeightMemory;
import dev.flinkreranker.runtime.tokenization.PairFormat;
import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A reranker ready to score: a program, and the memory-mapped weights of a checkpoint on one
 * device. Safe for use by many threads, though one caller at a time uses the device best.
 */
public final class Reranker implements PairScorer {

    private final Checkpoint checkpoint;
    private final ModelDescriptor descriptor;
    private final MappedWeights weights;
    private final ModelTokenizers tokenizers;
    private final ProgramScorer scorer;
    private final DeclaredScore declaredScore;
    private final PredictedMemory memory;

    /** Scoring holds the read lock, so that closing waits for calls under way. */
    private final ReadWriteLock lifetime = new ReentrantReadWriteLock();

    private boolean closed;

    private Reranker(
            Checkpoint checkpoint,
            ModelDescriptor descriptor,
            ModelTokenizers tokenizers,
            DeclaredScore declaredScore,
            MappedWeights weights,
            ProgramScorer scorer) {
        this.checkpoint = checkpoint;
        this.descriptor = descriptor;
        this.tokenizers = tokenizers;
        this.weights = weights;
        this.scorer = scorer;
        this.declaredScore = declaredScore;
        this.memory = new PredictedMemory(checkpoint, descriptor, weights.plan());
    }

    /**
     * Opens a checkpoint directory. Cheap: weights are mapped when a call first needs them; a
     * language model's tokenizer is read for the tokens of its answers.
     *
     * @param type the number format to compute in
     * @param device {@code cpu}, {@code cuda} or {@code cuda:N}
     * @throws dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException if the checkpoint
     *     cannot be used; one line that names the file and the tensor or field
     * @throws IllegalArgumentException if the device's name is not known, or if it cannot compute
     *     in that format
     */
    public static Reranker open(Path directory, ComputeType type, String device) {
        return open(directory, null, type, device);
    }

    /**
     * Opens an adapter on a base.
     *
     * @param base as of {@link Checkpoint#open(Path, Path)}
     * @see #open(Path, ComputeType, String)
     */
    public static Reranker open(
            Path directory, @Nullable Path base, ComputeType type, String device) {
        ComputeDevice named = ComputeDevice.named(device);
        Checkpoint checkpoint = Checkpoint.open(directory, base);
        ModelDescriptor descriptor = ModelDescriptor.of(checkpoint);
        return open(checkpoint, descriptor, type.plan(named, descriptor.fitsFloat16()));
    }

    static Reranker open(Path directory, ExecutionPlan plan) {
        Checkpoint checkpoint = Checkpoint.open(directory);
        return open(checkpoint, ModelDescriptor.of(checkpoint), plan);
    }

    private static Reranker open(
            Checkpoint checkpoint, ModelDescriptor descriptor, ExecutionPlan plan) {
        DeclaredScore declaredScore = DeclaredScore.of(checkpoint);
        ModelTokenizers tokenizers = new ModelTokenizers(checkpoint, descriptor);
        MappedWeights weights = new MappedWeights(checkpoint, descriptor.weights(), plan);
        try {
            return new Reranker(
                    checkpoint,
                    descriptor,
                    tokenizers,
                    declaredScore,
                    weights,
                    ProgramScorers.of(checkpoint, descriptor, tokenizers, weights));
        } catch (RuntimeException e) {
            tokenizers.close();
            weights.close();
            throw e;
        }
    }

    /** The model. */
    public ModelDescriptor descriptor() {
        return descriptor;
    }

    /** Where its files lie; of a Hub cache, the snapshot. */
    public Path directory() {
        return checkpoint.directory();
    }

    /** Where an adapter's base lies; of any other model, the same directory. */
    public Path baseDirectory() {
        return checkpoint.baseDirectory();
    }

    /** How it runs: device, number format, layout. */
    public ExecutionPlan plan() {
        return weights.plan();
    }

    /** As {@link PredictedMemory#weights}. */
    public WeightMemory weightMemory(int layers) {
        return memory.weights(layers);
    }

    @Override
    public long weightBytes(int layers) {
        return memory.weightBytes(layers);
    }

    @Override
    public long batchBytes(long tokens) {
        return memory.batchBytes(tokens);
    }

    @Override
    public int fittingTokens() {
        return memory.fittingTokens();
    }

    @Override
    public List<String> check(ScoringSettings settings) {
        return descriptor.check(settings);
    }

    /**
     * What stands against tokenizing with these settings, one line for each objection.
     *
     * @throws dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException as {@link #tokenizer}
     */
    public List<String> check(TokenizationSettings settings) {
        return tokenizers.get().check(tokenizers.completed(settings));
    }

    /**
     * What {@code max_length} is where the settings leave it open, in tokens.
     *
     * @throws dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException as {@link #tokenizer}
     */
    public int defaultMaxLength() {
        return tokenizers.get().defaultMaxLength();
    }

    /**
     * The model's tokenizer under these settings, from the checkpoint's {@code tokenizer.json},
     * which is read at the first call. Usable until this reranker is closed.
     *
     * @throws dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException if the file is
     *     missing or broken, or has tokens that the model has no embedding for
     * @throws IllegalArgumentException if the model cannot do the settings; one line
     */
    @Override
    public PairTokenizer tokenizer(TokenizationSettings settings) {
        return tokenizers.get().of(tokenizers.completed(settings));
    }

    /**
     * How a pair looks to the model: what all of its tokens spell, control tokens by their names.
     * For people; a tokenizer that changes case or blanks shows so.
     *
     * @throws dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException as {@link #tokenizer}
     * @throws IllegalArgumentException as {@link #tokenizer}
     */
    public String pairText(TokenizationSettings settings, String query, String passage) {
        PairTokenizer tokenizer = tokenizer(settings);
        return whileOpen(
                () -> tokenizers.get().text(tokenizer.pair(tokenizer.query(query), passage)));
    }

    @Override
    public DeclaredScore declaredScore() {
        return declaredScore;
    }

    @Override
    public String format() {
        return plan().format();
    }

    /**
     * Rows that a call computes for that many tokens: the next multiple of {@link
     * ExecutionPlan#rowGrid}.
     */
    @Override
    public int rows(int tokens) {
        return plan().rows(tokens);
    }

    @Override
    public boolean sameBitsInAnyBatch() {
        return plan().device().sameBitsInAnyBatch();
    }

    @Override
    public int sharedTokens(TokenizedPair pair) {
        return scorer.sharedTokens(pair);
    }

    @Override
    public int layers(ScoringSettings settings) {
        return scorer.layers(settings);
    }

    @Override
    public void bring(int layers) {
        whileOpen(() -> weights.upTo(layers));
    }

    /**
     * Refuses a directory that has changed since this was opened.
     *
     * @throws dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException if so
     */
    public void checkUnchanged() {
        checkpoint.checkUnchanged();
    }

    @Override
    public long flops(TokenizedPair pair, ScoringSettings settings) {
        return descriptor.flops(pair, settings);
    }

    @Override
    public long flops(TokenizedPair pair, ScoringSettings settings, int done) {
        return descriptor.flops(pair, settings, done);
    }

    @Override
    public int sharedLayers(ScoringSettings earlier, ScoringSettings later) {
        return descriptor.sharedLayers(earlier, later);
    }

    /**
     * Scores pairs in one call of the program; on a CPU in one for each slice ({@link
     * SlicedScorer}).
     *
     * @param pairs any number, in any order and mix of lengths; a pair's score does not depend on
     *     the others, on a CPU ({@link #sameBitsInAnyBatch}) to the last bit
     * @param settings settings to which {@link #check} has no objection
     * @return [pair][cutoff ascending] raw logits, float32 and finite
     * @throws ScoringException if these pairs cannot be scored (a pair too long, an id outside the
     *     vocabulary, a score that is not finite: the message names the pair's index)
     * @throws dev.flinkreranker.runtime.fault.DeviceMemoryException if memory ran out
     * @throws dev.flinkreranker.runtime.fault.BrokenDeviceException if the device is lost
     * @throws IllegalArgumentException if the model cannot do the settings
     * @throws IllegalStateException if this reranker is closed
     */
    @Override
    public float[][] score(List<TokenizedPair> pairs, ScoringSettings settings) {
        return score(pairs, List.of(), settings, null).scores();
    }

    /** {@inheritDoc} Throws as {@link #score(List, ScoringSettings)} does. */
    @Override
    public StagedScores score(
            List<TokenizedPair> pairs,
            List<PairStates> from,
            ScoringSettings settings,
            @Nullable StatesBudget budget) {
        List<String> objections = check(settings);
        if (!objections.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", objections));
        }
        if (pairs.isEmpty()) {
            return new StagedScores(new float[0][], List.of());
        }
        for (int i = 0; i < pairs.size(); i++) {
            checkPair(i, pairs.get(i));
        }
        return whileOpen(
                () -> {
                    weights.upTo(scorer.layers(settings));
                    StagedLogits staged = scorer.score(pairs, from, settings, budget);
                    try {
                        return new StagedScores(
                                byPair(pairs.size(), staged.logits()), staged.states());
                    } catch (ScoringException e) {
                        staged.states().forEach(PairStates::close);
                        throw e;
                    }
                });
    }

    /** Waits for calls under way, then frees program and weights. */
    @Override
    public void close() {
        lifetime.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                tokenizers.close();
                scorer.close();
                weights.close();
            }
        } finally {
            lifetime.writeLock().unlock();
        }
    }

    private <T> T whileOpen(Supplier<T> call) {
        lifetime.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the reranker is closed");
            }
            return call.get();
        } finally {
            lifetime.readLock().unlock();
        }
    }

    /** An id outside the table would be an error of the whole batch, on a GPU of the context. */
    private void checkPair(int index, TokenizedPair pair) {
        if (!descriptor.takes(pair)) {
            throw new ScoringException(
                    "pair %s has %s tokens; the model takes 1 to %s%s"
                            .formatted(
                                    index,
                                    pair.length(),
                                    descriptor.maxTokens(),
                                    descriptor.pairFormat() == PairFormat.TWO_TEXTS
                                            ? " of each text"
                                            : ""));
        }
        if (pair.passageType() < 0 || pair.passageType() >= descriptor.tokenTypes()) {
            throw new ScoringException(
                    "pair %s has token type %s; the model's are 0 to %s"
                            .formatted(index, pair.passageType(), descriptor.tokenTypes() - 1));
        }
        for (long id : pair.ids()) {
            if (id < 0 || id >= descriptor.vocabularySize()) {
                throw new ScoringException(
                        "pair %s has token id %s; the model's vocabulary is 0 to %s"
                                .formatted(index, id, descriptor.vocabularySize() - 1));
            }
        }
    }

    private static float[][] byPair(int pairs, float[] scores) {
        int cutoffs = scores.length / pairs;
        float[][] byPair = new float[pairs][cutoffs];
        for (int i = 0; i < scores.length; i++) {
            if (!Float.isFinite(scores[i])) {
                throw new ScoringException(
                        "pair %s got a score that is not a finite number".formatted(i % pairs));
            }
            byPair[i % pairs][i / pairs] = scores[i];
        }
        return byPair;
    }
}
