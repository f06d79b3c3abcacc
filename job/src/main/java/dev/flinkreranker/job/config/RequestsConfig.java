package dev.flinkreranker.job.config;

import dev.flinkreranker.operators.config.InvalidConfigException;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;

/**
 * Where requests come from: the section {@code requests}.
 *
 * @param topic the topic
 * @param group the consumer group, whose committed offsets show the progress; the job's own
 *     position is in its checkpoints
 * @param start where to begin without a checkpoint: {@code committed} (by default; the earliest
 *     where the group has none), {@code earliest}, {@code latest}, or milliseconds since the epoch
 * @param stop where to end: {@code never} (by default), {@code latest} for what is there when the
 *     job starts, or milliseconds since the epoch
 */
public record RequestsConfig(String topic, String group, String start, String stop) {

    /** {@code start}: from the group's committed offsets. */
    public static final String COMMITTED = "committed";

    /** {@code start}: from the first record there is. */
    public static final String EARLIEST = "earliest";

    /** {@code start} and {@code stop}: at the end, as it is when the job starts. */
    public static final String LATEST = "latest";

    private static final String NEVER = "never";

    /** Fills in defaults and checks. */
    @NullUnmarked
    public RequestsConfig {
        topic = FieldChecks.topic("topic", topic);
        group = Objects.requireNonNullElse(group, "flink-reranker");
        start = Objects.requireNonNullElse(start, COMMITTED);
        stop = Objects.requireNonNullElse(stop, NEVER);
        if (!start.matches("committed|earliest|latest|[0-9]{1,18}")) {
            throw new InvalidConfigException(
                    "start must be committed, earliest, latest or milliseconds since the epoch in"
                            + " quotes, but is \""
                            + start
                            + "\"");
        }
        if (!stop.matches("never|latest|[0-9]{1,18}")) {
            throw new InvalidConfigException(
                    "stop must be never, latest or milliseconds since the epoch in quotes, but is"
                            + " \""
                            + stop
                            + "\"");
        }
    }

    /** Whether the job ends by itself. */
    public boolean bounded() {
        return !stop.equals(NEVER);
    }
}
