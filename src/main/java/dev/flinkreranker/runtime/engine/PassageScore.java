package dev.flinkreranker.runtime.engine;

import java.util.List;

/** One passage's result. */
public sealed interface PassageScore {

    /**
     * Raw logits, one per cutoff layer, ascending by layer; the last is the deepest and the one to
     * rank by.
     *
     * @param logits at least one, none NaN
     */
    record Logits(List<Float> logits) implements PassageScore {
        /** Copies the list. */
        public Logits {
            logits = List.copyOf(logits);
        }

        /** The deepest layer's logit. */
        public float deepest() {
            return logits.get(logits.size() - 1);
        }
    }

    /**
     * This passage alone could not be scored.
     *
     * @param reason one line for a person
     */
    record Unscorable(String reason) implements PassageScore {}
}
