package dev.flinkreranker.workbench.tune;

/**
 * A pass of the model over those that are still there.
 *
 * @param layer whose head scores them
 * @param blend the first stage's part in their ranking
 * @param keep how many go on; {@link #ALL} for the last stage, which cuts nobody
 */
public record Stage(int layer, Blend blend, int keep) {
    /** Everybody. */
    public static final int ALL = Integer.MAX_VALUE;

    /** The same where so many go on. */
    Stage keeping(int survivors) {
        return new Stage(layer, blend, survivors);
    }

    @Override
    public String toString() {
        return ("layer " + layer + " " + blend).strip();
    }
}
