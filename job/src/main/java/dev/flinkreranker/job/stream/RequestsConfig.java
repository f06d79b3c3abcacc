package dev.flinkreranker.job.stream;

import dev.flinkreranker.operators.config.InvalidConfigException;

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

    static final String COMMITTED = "committed";
    static final String EARLIEST = "earliest";
    static final String LATEST = "latest";
    static final String NEVER = "never";

    /** Fills in defaults and checks. */
    public RequestsConfig {
        topic = Rules.topic("topic", topic);
        group = Rules.orElse(group, "flink-reranker");
        start = Rules.orElse(start, COMMITTED);
        stop = Rules.orElse(stop, NEVER);
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
