package dev.flinkreranker.job.kafka;

import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import org.apache.kafka.common.TopicPartition;

/** A partition gave nothing for too long, though its end is further on. */
public final class StalledReadException extends IOException {

    @Serial private static final long serialVersionUID = 1L;

    private final long offset;

    StalledReadException(TopicPartition partition, long offset, long end, Duration patience) {
        super(
                "%s gave nothing for %d s at offset %d, before offset %d"
                        .formatted(partition, patience.toSeconds(), offset, end));
        this.offset = offset;
    }

    /** Where it stands still. */
    public long offset() {
        return offset;
    }
}
