package dev.flinkreranker.tests.stream;

import static dev.flinkreranker.tests.stream.StreamFixture.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Events with all that must pass through the job. */
final class MarkedEvents {

    /** Not now, so that it is seen to pass through; not old, or the broker's retention takes it. */
    private static final long TIMESTAMP = System.currentTimeMillis() - 3_600_000;

    private MarkedEvents() {}

    /** Event i, with a header twice, one without a value, and a time of its own. */
    static ProducerRecord<byte[], byte[]> event(
            StreamFixture job, String key, byte[] value, int i) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        job.requests(), null, TIMESTAMP + i, key.getBytes(UTF_8), value);
        record.headers().add("trace", ("t" + i).getBytes(UTF_8));
        record.headers().add("twice", new byte[] {1});
        record.headers().add("twice", new byte[] {(byte) 0xff, 0});
        record.headers().add("null", null);
        return record;
    }

    /** That a record has the time and the headers of event i. */
    static void assertPassedThrough(ConsumerRecord<byte[], byte[]> record, int i) {
        assertThat(record.timestamp()).isEqualTo(TIMESTAMP + i);
        assertThat(header(record, "trace")).isEqualTo("t" + i);
        assertThat(record.headers().headers("twice"))
                .extracting(header -> header.value())
                .containsExactly(new byte[] {1}, new byte[] {(byte) 0xff, 0});
        assertThat(record.headers().lastHeader("null").value()).isNull();
    }
}
