package dev.flinkreranker.job.config;

import dev.flinkreranker.operators.config.InvalidConfigException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * Where requests come from: the section {@code requests}.
 *
 * @param topic the topic
 * @param group the consumer group, whose committed offsets show the progress; the job's own
 *     position is in its checkpoints
 * @param start where to begin without a checkpoint: {@code earliest} (by default), {@code latest},
 *     a time, or {@code committed}, the group's offsets and the earliest where it has none.
 *     Committed offsets are past requests that were under way, which are then lost
 * @param stop where to end: {@code never} (by default), {@code latest} for what is there when the
 *     job starts, or a time
 * @param autoOffsetReset where to go on when what is to be read next is no longer in the topic
 * @param recordsPerSecond most that are read, by all readers together; null for no limit
 */
public record RequestsConfig(
        String topic,
        String group,
        String start,
        String stop,
        OffsetReset autoOffsetReset,
        @Nullable Double recordsPerSecond) {

    /** {@code start}: from the group's committed offsets. */
    public static final String COMMITTED = "committed";

    /** {@code start}: from the first record there is. */
    public static final String EARLIEST = "earliest";

    /** {@code start} and {@code stop}: at the end, as it is when the job starts. */
    public static final String LATEST = "latest";

    private static final String NEVER = "never";
    private static final String MILLISECONDS = "[0-9]{1,18}";

    /**
     * Where to go on when the record to be read next is gone. Unlike Kafka's {@code
     * auto.offset.reset} it has no say in where a job begins.
     */
    public enum OffsetReset {
        /** At the first record there is; the loss is an error in the log and a metric. */
        EARLIEST,
        /** At the end, likewise. */
        LATEST,
        /** Nowhere: the job fails and is not restarted. */
        NONE
    }

    /** Fills in defaults and checks. */
    @NullUnmarked
    public RequestsConfig {
        topic = FieldChecks.topic("topic", topic);
        group = Objects.requireNonNullElse(group, "flink-reranker");
        start = Objects.requireNonNullElse(start, EARLIEST);
        stop = Objects.requireNonNullElse(stop, NEVER);
        autoOffsetReset = Objects.requireNonNullElse(autoOffsetReset, OffsetReset.EARLIEST);
        position("start", start, List.of(EARLIEST, LATEST, COMMITTED));
        position("stop", stop, List.of(NEVER, LATEST));
        if (recordsPerSecond != null && !(recordsPerSecond > 0 && recordsPerSecond <= 1e9)) {
            throw new InvalidConfigException(
                    "records_per_second must be above zero and at most 1e9, but is "
                            + recordsPerSecond);
        }
    }

    private static void position(String field, String value, List<String> words) {
        if (words.contains(value)) {
            return;
        }
        try {
            millis(value);
        } catch (DateTimeException e) {
            throw new InvalidConfigException(
                    "%s must be %s, a time such as 2026-01-31T12:00:00Z, or milliseconds since the epoch in quotes, but is \"%s\""
                            .formatted(field, String.join(", ", words), value));
        }
    }

    /**
     * A time of {@code start} or {@code stop}, in milliseconds since the epoch.
     *
     * @throws DateTimeException if it is none
     */
    public static long millis(String time) {
        return time.matches(MILLISECONDS)
                ? Long.parseLong(time)
                : OffsetDateTime.parse(time).toInstant().toEpochMilli();
    }

    /** Whether the job ends by itself. */
    public boolean bounded() {
        return !stop.equals(NEVER);
    }
}
