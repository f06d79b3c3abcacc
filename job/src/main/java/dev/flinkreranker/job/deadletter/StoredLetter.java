package dev.flinkreranker.job.deadletter;

import dev.flinkreranker.operators.deadletter.Failure;
import dev.flinkreranker.operators.event.RawEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as it lies on the broker.
 *
 * @param record the record
 * @param failure what its headers say of the failure
 */
record StoredLetter(RawEvent record, Failure failure) {

    LetterId id() {
        return new LetterId(record.partition(), record.offset());
    }

    /** The request's; null when the record has none. */
    @Nullable Instant time() {
        return record.timestamp() < 0 ? null : Instant.ofEpochMilli(record.timestamp());
    }

    StoredLetter withoutValue() {
        return new StoredLetter(
                new RawEvent(
                        record.key(),
                        null,
                        record.headers(),
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        record.timestamp()),
                failure);
    }

    /** How often its event had been sent again. */
    int attempts() {
        return Failure.attempts(record.headers());
    }

    /** Whether the event's value was left out, as the record would have been too large. */
    boolean isValueOmitted() {
        return failure.omittedBytes() != null;
    }
}
