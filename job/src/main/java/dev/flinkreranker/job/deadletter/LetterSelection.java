package dev.flinkreranker.job.deadletter;

import java.util.Set;

/**
 * Which letters to send again: those that are named, or else those of a filter.
 *
 * @param named letters by place; empty when the filter decides
 * @param filter used when none is named; without reasons it takes transient failures alone
 */
record LetterSelection(Set<LetterId> named, LetterFilter filter) {

    boolean takes(StoredLetter letter) {
        if (!named.isEmpty()) {
            return named.contains(letter.id());
        }
        return filter.takes(letter)
                && (!filter.reasons().isEmpty() || letter.failure().isTransient());
    }
}
