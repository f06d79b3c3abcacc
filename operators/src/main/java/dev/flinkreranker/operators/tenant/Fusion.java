package dev.flinkreranker.operators.tenant;

import org.apache.flink.annotation.PublicEvolving;

/**
 * How the first stage's score and the model's become the score that documents are ranked by. The
 * first stage's is a document's {@code score}, where higher means better.
 */
@PublicEvolving
public enum Fusion {
    /** The model's score alone. */
    NONE,
    /**
     * {@code (1 - w) z(model) + w z(first stage)}, where {@code z} is the distance of a score from
     * the mean of the request's, in standard deviations. Every scored document needs a score of the
     * first stage.
     */
    Z_SUM,
    /**
     * {@code 1 / (k + rank by model) + 1 / (k + rank of the first stage)}. The first stage's rank
     * is by its scores where all scored documents have one, else the order of the request.
     */
    RECIPROCAL_RANK
}
