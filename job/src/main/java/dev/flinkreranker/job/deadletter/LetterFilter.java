package dev.flinkreranker.job.deadletter;

import dev.flinkreranker.operators.deadletter.ReasonCode;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which letters are meant.
 *
 * @param reasons their codes; empty for all
 * @param tenants their tenants; empty for all
 * @param since their requests' time at least; null for any
 * @param until their requests' time before that; null for any
 */
record LetterFilter(
        Set<ReasonCode> reasons,
        Set<String> tenants,
        @Nullable Instant since,
        @Nullable Instant until) {

    boolean takes(StoredLetter letter) {
        return takesReason(letter)
                && (tenants.isEmpty() || hasTenant(letter))
                && takesTime(letter.time());
    }

    private boolean takesReason(StoredLetter letter) {
        return reasons.isEmpty()
                || ReasonCode.find(letter.failure().code()).map(reasons::contains).orElse(false);
    }

    private boolean hasTenant(StoredLetter letter) {
        return letter.failure().tenant() != null && tenants.contains(letter.failure().tenant());
    }

    private boolean takesTime(@Nullable Instant time) {
        if (since == null && until == null) {
            return true;
        }
        return time != null
                && (since == null || !time.isBefore(since))
                && (until == null || time.isBefore(until));
    }
}
