package dev.flinkreranker.workbench.replay.input;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;

/** One end of a range of a topic. */
sealed interface TopicBound {

    /** The first offset there is. */
    record Earliest() implements TopicBound {}

    /** Behind the last committed record there is. */
    record Latest() implements TopicBound {}

    /**
     * The first record of that time or later.
     *
     * @param time of the records' timestamps
     */
    record AtTime(Instant time) implements TopicBound {}

    /**
     * Offsets of single partitions; others take the end of theirs.
     *
     * @param byPartition offsets
     */
    record AtOffsets(Map<Integer, Long> byPartition) implements TopicBound {}

    /**
     * Reads {@code earliest}, {@code latest}, a time as {@code 2026-01-31T12:00:00Z}, or {@code
     * PARTITION:OFFSET,...}.
     *
     * @throws IllegalArgumentException when it is none of them
     */
    static TopicBound parse(String text) {
        if (text.equals("earliest")) {
            return new Earliest();
        }
        if (text.equals("latest")) {
            return new Latest();
        }
        if (text.matches("\\d{1,9}:\\d{1,18}(,\\d{1,9}:\\d{1,18})*")) {
            Map<Integer, Long> offsets = new HashMap<>();
            for (String part : text.split(",")) {
                String[] both = part.split(":");
                offsets.put(Integer.valueOf(both[0]), Long.valueOf(both[1]));
            }
            return new AtOffsets(Map.copyOf(offsets));
        }
        try {
            return new AtTime(Instant.parse(text));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "\""
                            + text
                            + "\" is no place in a topic: earliest, latest, a time such as"
                            + " 2026-01-31T12:00:00Z, or PARTITION:OFFSET,PARTITION:OFFSET",
                    e);
        }
    }
}
