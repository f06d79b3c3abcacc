package dev.flinkreranker.workbench.clicks;

import java.util.EnumMap;
import java.util.Map;

/** Counts what a join met. */
final class JoinTally {
    private final Map<ClickFate, Long> clicks = new EnumMap<>(ClickFate.class);
    private long events;
    private long results;
    private long viewed;
    private long problems;

    void event() {
        events++;
    }

    void result() {
        results++;
    }

    void viewed() {
        viewed++;
    }

    void problem() {
        problems++;
    }

    void click(ClickFate fate) {
        clicks.merge(fate, 1L, Long::sum);
    }

    /** Lines of events, whatever they are about. */
    long events() {
        return events;
    }

    /** Results read. */
    long results() {
        return results;
    }

    /** Results of which something was viewed. */
    long viewedResults() {
        return viewed;
    }

    /** Lines that could not be read. */
    long problems() {
        return problems;
    }

    /** How many clicks met a fate. */
    long clicks(ClickFate fate) {
        return clicks.getOrDefault(fate, 0L);
    }
}
