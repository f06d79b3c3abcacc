package dev.flinkreranker.workbench.clicks;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that a person saw or did on a page of results.
 *
 * @param request id of the request that the page answers
 * @param action what it was
 * @param document id of the document; null for a view of the whole page
 * @param position where the document was shown, from 1; null when the event does not say
 * @param time when it happened; null when the event does not say
 */
record ClickEvent(
        String request,
        Action action,
        @Nullable String document,
        @Nullable Integer position,
        @Nullable Instant time) {

    /** What can happen to a document. */
    enum Action {
        /** It was shown. */
        VIEW,
        /** It was clicked. */
        CLICK
    }
}
