package dev.flinkreranker.job.kafka;

import dev.flinkreranker.operators.event.RecordHeader;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Headers as Kafka's clients take them. */
public final class KafkaHeaders {

    private KafkaHeaders() {}

    /** The same headers in the same order, those of one key several times included. */
    public static Headers of(List<RecordHeader> headers) {
        Headers kafka = new RecordHeaders();
        headers.forEach(header -> kafka.add(header.key(), header.value()));
        return kafka;
    }
}
