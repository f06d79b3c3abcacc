package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.model.PairStates;
import dev.flinkreranker.runtime.model.StatesBudget;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import org.jspecify.annotations.Nullable;

/**
 * What the pairs of a request take over from the stage before, and what they leave to the next. A
 * request is one of no stages, too.
 */
final class StagedPairs {

    private final ModelProfile profile;
    private final @Nullable ModelProfile earlier;
    private final @Nullable ModelProfile resumed;
    private final @Nullable KeptStates from;
    private final @Nullable KeptStates to;
    private final StatesBudget budget;
    private final PairKey[] keys;
    private final @Nullable PairStates[] taken;
    private int resuming;
    private int recomputed;

    /**
     * @param profile of the request
     * @param budget where its states may be kept
     * @throws IllegalArgumentException if the model cannot do the settings
     */
    StagedPairs(RerankTask task, LoadedModel model, ModelProfile profile, StatesBudget budget) {
        this.profile = profile;
        this.from = task.from();
        int done = done(task, model);
        this.earlier = done == 0 ? null : model.profile(from.earlier());
        this.resumed = done == 0 ? null : model.profile(task.scoring(), done);
        KeptStates next = task.to();
        boolean keeps =
                next != null
                        && model.keepsStates()
                        && model.sharedLayers(task.scoring(), next.later()) > 0;
        this.to = keeps ? next : null;
        this.budget = budget;
        this.keys = new PairKey[keeps ? task.passages().size() : 0];
        this.taken = new PairStates[task.passages().size()];
    }

    /**
     * How most of a request's pairs run, before any is known.
     *
     * @throws IllegalArgumentException if the model cannot do the settings
     */
    static ModelProfile expected(RerankTask task, LoadedModel model) {
        return model.profile(task.scoring(), model.keepsStates() ? done(task, model) : 0);
    }

    private static int done(RerankTask task, LoadedModel model) {
        KeptStates from = task.from();
        return from == null ? 0 : model.sharedLayers(from.earlier(), task.scoring());
    }

    /**
     * Operations of a pair that goes on, if its stage does: also where its states have to be
     * computed anew, so that it is a function of the request.
     */
    long flops(TokenizedPair pair) {
        return (resumed == null ? profile : resumed).flops(pair);
    }

    /** What goes to the device, to be run by {@link #profile(PairInput)}. */
    PairInput input(int index, TokenizedPair pair) {
        if (to != null) {
            keys[index] = new PairKey(profile, pair);
        }
        PairStates states = null;
        if (earlier != null) {
            states = from.take(new PairKey(earlier, pair));
            taken[index] = states;
            resuming += states == null ? 0 : 1;
            recomputed += states == null ? 1 : 0;
        }
        return new PairInput(pair, states, to == null ? null : budget);
    }

    /** How a pair is run. */
    ModelProfile profile(PairInput input) {
        return input.states() == null ? profile : resumed;
    }

    /** A pair was scored; keeps its states for the next stage. */
    void leave(int index, PairOutput output) {
        if (output.states() != null) {
            to.put(keys[index], output.states());
        }
    }

    /** A pair has ended, so no call uses what it went on from. */
    void ended(int index) {
        if (taken[index] != null) {
            taken[index].close();
        }
    }

    /** Pairs that go on from kept states. */
    int resuming() {
        return resuming;
    }

    /** Pairs of a stage that goes on whose states were not there. */
    int recomputed() {
        return recomputed;
    }
}
