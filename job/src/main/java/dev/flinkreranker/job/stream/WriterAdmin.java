package dev.flinkreranker.job.stream;

import java.lang.reflect.Field;
import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;

/**
 * The administrative client of Kafka's exactly-once writer, which opens it for pooled names and
 * leaves it open (connector 5.0.0). Its thread would keep the job's classes, and one more would
 * stay of each writer that there ever was.
 */
final class WriterAdmin {

    private static final String FIELD = "adminClient";

    private WriterAdmin() {}

    /** Closes it where there is one. */
    static void close(Object writer) throws IllegalAccessException {
        try {
            Field field = writer.getClass().getDeclaredField(FIELD);
            field.setAccessible(true);
            if (field.get(writer) instanceof Admin admin) {
                admin.close(Duration.ZERO);
            }
        } catch (NoSuchFieldException e) {
            // A writer of another guarantee, or of a connector that keeps none.
        }
    }
}
