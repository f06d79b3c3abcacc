package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.program.KeptTensor;
import java.nio.LongBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of ids that pairs begin with: in {@link PrefixCache}, or on the way there. The
 * cache alone changes it.
 */
final class CachedPrefix {

    private final Key key;
    private final int layers;

    /** [layers, 2, tokens, key heads, head size]; none as long as a call makes it. */
    @Nullable KeptTensor tensor;

    /** Calls that use it now. */
    int users;

    /**
     * What the keys and values of a model depend on.
     *
     * @param ids the ids, from the first on
     * @param template how many of them attend by themselves; 0 if all do together
     * @param softcap whether attention caps its logits
     */
    record Key(LongBuffer ids, int template, boolean softcap) {}

    /**
     * @param layers how many layers, from the lowest on
     */
    CachedPrefix(Key key, int layers) {
        this.key = key;
        this.layers = layers;
    }

    Key key() {
        return key;
    }

    int layers() {
        return layers;
    }

    int tokens() {
        return key.ids().remaining();
    }
}
