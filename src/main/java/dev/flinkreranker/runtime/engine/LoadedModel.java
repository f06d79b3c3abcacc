package dev.flinkreranker.runtime.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.flinkreranker.runtime.batching.Demand;
import dev.flinkreranker.runtime.batching.Ticket;
import dev.flinkreranker.runtime.fault.UnusableDeviceException;
import dev.flinkreranker.runtime.model.DeclaredScore;
import dev.flinkreranker.runtime.model.PairScorer;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.program.DeviceList;
import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model in memory, once for each GPU that it runs on, with its tokenizers and profiles. Requests
 * may bring settings of their own, so of each kind only {@value #KEPT} are kept; one that was let
 * go is made anew, and then shares neither batches nor cached scores with its former self.
 */
final class LoadedModel implements AutoCloseable {

    private static final int KEPT = 256;

    private final ModelCopies copies;
    private final PairScorer scorer;
    private final Cache<TokenizationSettings, PairTokenizer> tokenizers = bounded();
    private final Cache<Pass, ModelProfile> profiles = bounded();
    private volatile int brought;

    /**
     * A forward pass.
     *
     * @param done how many layers kept states have passed; 0 for a pass from the tokens
     */
    private record Pass(ScoringSettings settings, int done) {}

    LoadedModel(PairScorer... scorers) {
        this.copies = new ModelCopies(List.of(scorers));
        this.scorer = copies.any();
    }

    /**
     * Loads a model onto each of its devices.
     *
     * @throws Exception if one of them cannot have it; the message is one line for a person
     */
    static LoadedModel open(ModelOpener opener, ModelReference model) throws Exception {
        List<PairScorer> opened = new ArrayList<>();
        try {
            for (DeviceList devices : model.devices().memories()) {
                PairScorer scorer = opener.open(model.on(devices.toString()));
                opened.add(scorer);
                if (!scorer.format().equals(opened.get(0).format())) {
                    throw new UnusableDeviceException(
                            "devices %s compute in different formats, %s and %s; name a dtype"
                                    .formatted(
                                            model.device(),
                                            opened.get(0).format(),
                                            scorer.format()));
                }
            }
            return new LoadedModel(opened.toArray(PairScorer[]::new));
        } catch (Throwable e) {
            opened.forEach(PairScorer::close);
            throw e;
        }
    }

    PairTokenizer tokenizer(TokenizationSettings settings) {
        return tokenizers.get(settings, scorer::tokenizer);
    }

    /**
     * The profile of these settings.
     *
     * @throws IllegalArgumentException if the model cannot do them
     */
    ModelProfile profile(ScoringSettings settings) {
        return profile(settings, 0);
    }

    /** The same from kept states that have passed so many layers. */
    ModelProfile profile(ScoringSettings settings, int done) {
        return profiles.get(
                new Pass(settings, done),
                pass -> {
                    List<String> complaints = scorer.check(pass.settings());
                    if (!complaints.isEmpty()) {
                        throw new IllegalArgumentException(String.join("; ", complaints));
                    }
                    return new ModelProfile(copies, pass.settings(), pass.done());
                });
    }

    /** What a task asks of its device; null for one that the model cannot do. */
    @Nullable Demand<PairInput, PairOutput> demand(RerankTask task) {
        try {
            int pairs = task.passages().size();
            return new Demand<>(
                    StagedPairs.expected(task, this), pairs, Ticket.estimate(pairs, task.bytes()));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** As {@link PairScorer#sharedLayers} says; 0 for settings that the model refuses. */
    int sharedLayers(ScoringSettings earlier, ScoringSettings later) {
        return scorer.check(earlier).isEmpty() && scorer.check(later).isEmpty()
                ? scorer.sharedLayers(earlier, later)
                : 0;
    }

    /** As {@link PairScorer#sameBitsInAnyBatch} says. */
    boolean sameBitsInAnyBatch() {
        return scorer.sameBitsInAnyBatch();
    }

    /** What the model's folder says of its scores. */
    DeclaredScore declaredScore() {
        return scorer.declaredScore();
    }

    /**
     * Whether a stage's states are where the next stage runs. On several GPUs that stage may run on
     * another one.
     */
    boolean keepsStates() {
        return copies.isOne();
    }

    /** The number format that it computes in. */
    String format() {
        return scorer.format();
    }

    /**
     * Layers that must be in memory before pairs of these settings are scored; 0 without settings,
     * or for settings that the model refuses.
     */
    int layers(@Nullable ScoringSettings settings) {
        return settings == null || !scorer.check(settings).isEmpty() ? 0 : scorer.layers(settings);
    }

    /** Layers known to be in memory. */
    int brought() {
        return brought;
    }

    /** What it is predicted to need on one of its devices, with batches of that many tokens. */
    ModelMemory memory(int device, long tokens) {
        PairScorer there = copies.on(device);
        return new ModelMemory(
                there.weightBytes(brought),
                there.batchBytes(Math.min(tokens, there.fittingTokens())));
    }

    /** Brings layers into memory, one by one, so that the model can be closed between two. */
    void bring(int layers) {
        while (brought < layers) {
            for (PairScorer each : copies.all()) {
                each.bring(brought + 1);
            }
            brought++;
        }
    }

    @Override
    public void close() {
        copies.all().forEach(PairScorer::close);
    }

    private static <K, V> Cache<K, V> bounded() {
        return Caffeine.newBuilder()
                .maximumSize(KEPT)
                // Evicts on the calling thread: the common pool would outlive the engine.
                .executor(Runnable::run)
                .build();
    }
}
