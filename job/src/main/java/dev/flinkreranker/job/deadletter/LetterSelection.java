package dev.flinkreranker.job.deadletter;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which letters to send again: those that are named, or else those of a filter.
 *
 * @param named letters by place; empty when the filter decides
 * @param filter used when none is named; without reasons it takes transient failures alone
 * @param maxAttempts a letter whose event was sent again so often is not sent once more; null for
 *     no limit
 */
record LetterSelection(Set<LetterId> named, LetterFilter filter, @Nullable Integer maxAttempts) {

    /** Whether a letter's event was sent again as often as it may be. */
    boolean isSpent(StoredLetter letter) {
        return maxAttempts != null && letter.attempts() >= maxAttempts;
    }

    boolean takes(StoredLetter letter) {
        if (!named.isEmpty()) {
            return named.contains(letter.id());
        }
        return filter.takes(letter)
                && (!filter.reasons().isEmpty() || letter.failure().isTransient());
    }
}
