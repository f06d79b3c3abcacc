package dev.flinkreranker.operators.api;

import dev.flinkreranker.operators.deadletter.ReasonCode;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInfo;

/**
 * An element without a result.
 *
 * @param value the element, as it came
 * @param refusal why
 * @param <T> the type of the element, whose own serializer is used
 */
@PublicEvolving
@TypeInfo(ValueTypeInfoFactory.OfRejected.class)
public record Rejected<T>(T value, Refusal refusal) {

    /** Why, as a code. */
    public ReasonCode reason() {
        return refusal.reason();
    }

    /** Why, in one line for a person. */
    public String message() {
        return refusal.message();
    }
}
