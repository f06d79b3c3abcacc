package dev.flinkreranker.operators;

import dev.flinkreranker.operators.event.OutgoingRecord;

/**
 * What became of a request, ready to be written.
 *
 * @param route where to
 * @param record what
 */
public record RoutedRecord(Route route, OutgoingRecord record) {

    /** Where a record goes. */
    public enum Route {
        /** To the results. */
        RESULT,
        /** To the dead letters. */
        DEAD_LETTER
    }
}
