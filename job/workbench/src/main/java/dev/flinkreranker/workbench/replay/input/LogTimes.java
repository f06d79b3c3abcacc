package dev.flinkreranker.workbench.replay.input;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When the records of a log were written, as their topic tells; kept beside the log.
 *
 * @param records how many
 * @param first the earliest time, in milliseconds since 1970
 * @param last the latest time
 */
public record LogTimes(long records, long first, long last) {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** Of no record. */
    static final LogTimes NONE = new LogTimes(0, Long.MAX_VALUE, Long.MIN_VALUE);

    /** With one record more. */
    LogTimes and(long time) {
        // Before 1970 there was no Kafka: such a record has no time.
        return time < 0
                ? new LogTimes(records + 1, first, last)
                : new LogTimes(records + 1, Math.min(first, time), Math.max(last, time));
    }

    private LogTimes and(LogTimes other) {
        return new LogTimes(
                records + other.records, Math.min(first, other.first), Math.max(last, other.last));
    }

    /** Keeps them. */
    void write(Path log) throws IOException {
        Files.writeString(beside(log), MAPPER.writeValueAsString(this));
    }

    /**
     * How many records logs had in a second, all together; null where their times do not tell.
     *
     * @param logs copied from a topic
     */
    public static @Nullable Double perSecond(List<Path> logs) throws IOException {
        LogTimes all = NONE;
        for (Path log : logs) {
            all = all.and(MAPPER.readValue(beside(log).toFile(), LogTimes.class));
        }
        // As many intervals as records but one.
        return all.last > all.first ? (all.records - 1) * 1000.0 / (all.last - all.first) : null;
    }

    private static Path beside(Path log) {
        return log.resolveSibling(log.getFileName() + ".times");
    }
}
