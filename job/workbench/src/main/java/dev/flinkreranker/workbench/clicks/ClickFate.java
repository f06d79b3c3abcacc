package dev.flinkreranker.workbench.clicks;

/** What became of a click. */
enum ClickFate {
    /** It counts. */
    COUNTED("counted"),
    /** The document was clicked before, in the same request. */
    AGAIN("again on the same document"),
    /** It came longer than the window after the view. */
    LATE("later than the window after the view"),
    /** Clicks on the document may still come: its window was open when the events ended. */
    OPEN("on views whose window is open at the end of the events"),
    /** Nothing says that the document was shown. */
    NOT_VIEWED("without a view"),
    /** The document is not in the result. */
    UNKNOWN_DOCUMENT("on documents that are not in the result"),
    /** There is no result of the request. */
    UNKNOWN_REQUEST("of requests without a result");

    private final String description;

    ClickFate(String description) {
        this.description = description;
    }

    /** For a person, after a number of clicks. */
    String description() {
        return description;
    }
}
