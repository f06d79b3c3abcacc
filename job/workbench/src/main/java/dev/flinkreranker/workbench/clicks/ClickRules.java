package dev.flinkreranker.workbench.clicks;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which views and clicks count, by their times. Where a time is not known, nothing is late or open.
 *
 * @param window how long after its view a click counts
 * @param shown documents of a result that a view of the whole page stands for
 * @param last time of the last event of all
 */
record ClickRules(Duration window, int shown, Instant last) {

    /** Whether clicks on a view may still come. */
    boolean isOpen(@Nullable Instant view) {
        return view != null && view.plus(window).isAfter(last);
    }

    /** Whether a click came too late for its view. */
    boolean isLate(@Nullable Instant view, @Nullable Instant click) {
        return view != null && click != null && click.isAfter(view.plus(window));
    }
}
