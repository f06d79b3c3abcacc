package dev.flinkreranker.operators.api;

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInfo;

/**
 * An element and the score of its pair.
 *
 * @param value the element, as it came
 * @param pair the score
 * @param <T> the type of the element, whose own serializer is used
 */
@PublicEvolving
@TypeInfo(ValueTypeInfoFactory.OfScored.class)
public record Scored<T>(T value, PairScore pair) {

    /** The deepest layer's score. */
    public float score() {
        return pair.score();
    }
}
