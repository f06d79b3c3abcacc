package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.CheckpointConfig;

/**
 * Llama 3's rotation of long texts ({@code rope_type} {@code llama3}): a frequency of which less
 * than {@code low} turns fit into {@code positions} is divided by {@code factor}; one of at least
 * {@code high} turns stays; in between the share of either is linear in the number of turns.
 *
 * @param factor how many times slower, at least 1; 1 for plain rotation
 * @param low turns
 * @param high turns, above {@code low}
 * @param positions of the texts that the model was first trained on
 */
record RotaryStretch(double factor, double low, double high, double positions) {

    /** {@code rope_type} of this rotation. */
    static final String TYPE = "llama3";

    /** Plain rotation. */
    static final RotaryStretch NONE = new RotaryStretch(1, 1, 2, 1);

    /**
     * What config.json asks for, wherever {@link RotaryBase} would look for the base.
     *
     * @throws dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException if a field is missing
     *     or out of its range
     */
    static RotaryStretch of(CheckpointConfig config) {
        for (String field : RotaryBase.FIELDS) {
            CheckpointConfig rotation = config.object(field);
            if (RotaryBase.type(rotation).equals(TYPE)) {
                double factor = rotation.positive("factor");
                if (factor < 1) {
                    throw rotation.invalid("factor", "must be at least 1, not " + factor);
                }
                double low = rotation.positive("low_freq_factor");
                double high = rotation.positive("high_freq_factor");
                if (high <= low) {
                    throw rotation.invalid(
                            "high_freq_factor",
                            "is %s, but must be above low_freq_factor %s".formatted(high, low));
                }
                return new RotaryStretch(
                        factor, low, high, rotation.integer("original_max_position_embeddings", 1));
            }
        }
        return NONE;
    }
}
