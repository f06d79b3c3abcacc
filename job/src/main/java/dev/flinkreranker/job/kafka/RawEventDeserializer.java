package dev.flinkreranker.job.kafka;

import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.event.RecordHeader;
import java.io.Serial;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Takes Kafka's records as they are. It cannot fail, which would fail the job. */
public final class RawEventDeserializer implements KafkaRecordDeserializationSchema<RawEvent> {

    @Serial private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<RawEvent> out) {
        out.collect(event(record));
    }

    /** A record as it is. */
    public static RawEvent event(ConsumerRecord<byte[], byte[]> record) {
        List<RecordHeader> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            headers.add(new RecordHeader(header.key(), header.value()));
        }
        return new RawEvent(
                record.key(),
                record.value(),
                headers,
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp());
    }

    @Override
    public TypeInformation<RawEvent> getProducedType() {
        return TypeInformation.of(RawEvent.class);
    }
}
