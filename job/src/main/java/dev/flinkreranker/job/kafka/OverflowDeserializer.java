package dev.flinkreranker.job.kafka;

import dev.flinkreranker.operators.event.OverflowRecord;
import dev.flinkreranker.operators.event.RawEvent;
import java.io.Serial;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Takes events that were set aside as they were. It cannot fail, which would fail the job. */
public final class OverflowDeserializer implements KafkaRecordDeserializationSchema<RawEvent> {

    @Serial private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<RawEvent> out) {
        out.collect(OverflowRecord.event(RawEventDeserializer.event(record)));
    }

    @Override
    public TypeInformation<RawEvent> getProducedType() {
        return TypeInformation.of(RawEvent.class);
    }
}
