package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.Arrays;

/**
 * What scores and states are a function of. A profile stands for one load of one model, and nothing
 * is hashed together, so no other pair has an equal key.
 */
final class PairKey {

    private final ModelProfile profile;
    private final int[] ids;
    private final int queryLength;
    private final int promptLength;
    private final int hash;

    PairKey(ModelProfile profile, TokenizedPair pair) {
        this.profile = profile;
        this.ids = new int[pair.length()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (int) pair.ids()[i];
        }
        this.queryLength = pair.queryLength();
        this.promptLength = pair.promptLength();
        this.hash =
                31 * (31 * Arrays.hashCode(ids) + queryLength) + System.identityHashCode(profile);
    }

    /** Number of ids. */
    int length() {
        return ids.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PairKey key
                && key.profile == profile
                && key.queryLength == queryLength
                && key.promptLength == promptLength
                && Arrays.equals(key.ids, ids);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
