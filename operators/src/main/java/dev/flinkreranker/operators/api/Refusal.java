package dev.flinkreranker.operators.api;

import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import org.apache.flink.annotation.PublicEvolving;
import org.jspecify.annotations.Nullable;

/**
 * Why an element has no result.
 *
 * @param reason the code
 * @param message one line for a person
 * @param tenant who asked; null where the element could not be read that far
 */
@PublicEvolving
public record Refusal(ReasonCode reason, String message, @Nullable String tenant) {

    static Refusal of(RejectedEventException rejection) {
        return new Refusal(rejection.reason(), rejection.getMessage(), rejection.tenant());
    }
}
