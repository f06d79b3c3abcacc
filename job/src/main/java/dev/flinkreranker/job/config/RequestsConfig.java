package dev.flinkreranker.job.config;

import dev.flinkreranker.job.kafka.TopicSelection;
import dev.flinkreranker.operators.config.InvalidConfigException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * Where requests come from: the section {@code requests}. Of {@code topic}, {@code topics} and
 * {@code topicPattern} one is given.
 *
 * @param topic the topic
 * @param topics several topics
 * @param topicPattern a regular expression of whole names; topics that are made later are found too
 * @param group the consumer group, whose committed offsets show the progress; the job's own
 *     position is in its checkpoints
 * @param start where to begin without a checkpoint: {@code earliest} (by default), {@code latest},
 *     a time or a date, or {@code committed}, the group's offsets and the earliest where it has
 *     none. Committed offsets are past requests that were under way, which are then lost
 * @param stop where to end: {@code never} (by default), {@code latest} for what is there when the
 *     job starts, or a time
 * @param autoOffsetReset where to go on when what is to be read next is no longer in the topic
 * @param recordsPerSecond most that are read, by all readers together; null for no limit
 */
public record RequestsConfig(
        @Nullable String topic,
        List<String> topics,
        @Nullable String topicPattern,
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
    private static final String DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}";

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
        topics = topics == null ? List.of() : List.copyOf(topics);
        checkTopics(topic, topics, topicPattern);
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

    private static void checkTopics(
            @Nullable String topic, List<String> topics, @Nullable String pattern) {
        if (topic == null && topics.isEmpty() && pattern == null) {
            throw new InvalidConfigException("topic is missing");
        }
        if ((topic == null ? 0 : 1) + (topics.isEmpty() ? 0 : 1) + (pattern == null ? 0 : 1) > 1) {
            throw new InvalidConfigException(
                    "topic, topics and topic_pattern say the same thing; set one of them");
        }
        if (topic != null) {
            FieldChecks.topic("topic", topic);
        }
        FieldChecks.topics("topics", topics);
        if (pattern != null) {
            try {
                Pattern.compile(pattern);
            } catch (PatternSyntaxException e) {
                throw new InvalidConfigException(
                        "topic_pattern must be a regular expression, but is \"%s\": %s"
                                .formatted(pattern, e.getDescription()));
            }
        }
    }

    /** The topics to read. */
    public TopicSelection selection() {
        return topic == null ? new TopicSelection(topics, topicPattern) : TopicSelection.of(topic);
    }

    /**
     * The path of the field that names a topic, for messages.
     *
     * @param index of the topic in {@link #selection()}
     */
    public String field(int index) {
        return topic == null ? "requests.topics[" + index + "]" : "requests.topic";
    }

    private static void position(String field, String value, List<String> words) {
        if (words.contains(value)) {
            return;
        }
        try {
            millis(value);
        } catch (DateTimeException e) {
            throw new InvalidConfigException(
                    "%s must be %s, a time such as 2026-01-31T12:00:00Z, a date such as 2026-01-31, or milliseconds since the epoch in quotes, but is \"%s\""
                            .formatted(field, String.join(", ", words), value));
        }
    }

    /**
     * A time of {@code start} or {@code stop}, in milliseconds since the epoch. A date is its first
     * moment in UTC.
     *
     * @throws DateTimeException if it is none
     */
    public static long millis(String time) {
        if (time.matches(MILLISECONDS)) {
            return Long.parseLong(time);
        }
        return time.matches(DATE)
                ? LocalDate.parse(time).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli()
                : OffsetDateTime.parse(time).toInstant().toEpochMilli();
    }

    /** Whether the job ends by itself. */
    public boolean bounded() {
        return !stop.equals(NEVER);
    }
}
