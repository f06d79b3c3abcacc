package dev.flinkreranker.operators.tenant;

import org.apache.flink.annotation.PublicEvolving;

/** Which documents of a request take part where only some do. */
@PublicEvolving
public enum CandidatesBy {
    /** The first ones of the request. */
    GIVEN,
    /** Those with the highest scores of the first stage; of equal ones the first of the request. */
    FIRST_STAGE
}
