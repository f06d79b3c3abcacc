package dev.flinkreranker.runtime.model;

/** Which head scores a cutoff layer of the lightweight Gemma 2 reranker. */
public enum HeadSelection {
    /**
     * By position in the list of cutoffs, as the reference does: a single cutoff always uses the
     * first head.
     */
    POSITIONAL,
    /** The head that was trained for the layer. */
    BY_LAYER
}
