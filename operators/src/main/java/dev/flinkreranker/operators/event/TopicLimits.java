package dev.flinkreranker.operators.event;

import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.annotation.Internal;

/**
 * What a topic takes. A record beyond it is refused by the broker, again after every restart.
 *
 * @param partitions how many the topic has
 * @param keyed whether every record needs a key, as in a compacted topic
 * @param maxBytes most bytes of a record, as {@link OutgoingRecord#size} counts them
 * @param beforeMillis how far a record's timestamp may lie behind the broker's clock
 * @param afterMillis how far it may lie ahead
 */
@Internal
public record TopicLimits(
        int partitions, boolean keyed, int maxBytes, long beforeMillis, long afterMillis) {

    /** None. */
    public static final TopicLimits NONE =
            new TopicLimits(
                    Integer.MAX_VALUE, false, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

    /**
     * What the way to the broker may take of the window: clocks that differ, and batches that are
     * sent again.
     */
    public static final long CLOCK_MARGIN_MILLIS = 60_000;

    /** Asks for a topic's limits: {@link CurrentLimits} does when a task starts, and again. */
    public interface Reader extends Serializable {

        /** There are none. */
        Reader NONE = () -> TopicLimits.NONE;

        /**
         * The limits as they are now.
         *
         * @throws Exception if nobody answers, which fails a task that starts
         */
        TopicLimits read() throws Exception;

        /** How long an answer is good for. */
        default Duration interval() {
            return Duration.ofSeconds(30);
        }
    }

    /**
     * Whether a record of this timestamp is taken.
     *
     * @param timestamp milliseconds since the epoch, not negative
     * @param now likewise
     */
    public boolean takes(long timestamp, long now) {
        return now - timestamp <= beforeMillis - CLOCK_MARGIN_MILLIS
                && timestamp - now <= afterMillis - CLOCK_MARGIN_MILLIS;
    }
}
