package dev.flinkreranker.job.stream;

import dev.flinkreranker.operators.event.OutgoingRecord;
import java.io.IOException;
import java.io.Serial;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka's sink, whose writers can always be closed. When a broker refuses several batches, Kafka's
 * writer fails the task by one of them and its own closing by the next, and Flink then ends the
 * whole TaskManager. Nothing is lost by passing over it: a checkpoint and the end of the input
 * flush first, and what fails there fails the task.
 */
final class RecordSink
        implements TwoPhaseCommittingStatefulSink<
                        OutgoingRecord, KafkaWriterState, KafkaCommittable>,
                SupportsPostCommitTopology<KafkaCommittable>,
                LineageVertexProvider {

    @Serial private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(RecordSink.class);

    private final KafkaSink<OutgoingRecord> sink;
    private final RecordSerializer records;

    /**
     * @param records the sink's own
     */
    RecordSink(KafkaSink<OutgoingRecord> sink, RecordSerializer records) {
        this.sink = sink;
        this.records = records;
    }

    @Override
    public PrecommittingStatefulSinkWriter<OutgoingRecord, KafkaWriterState, KafkaCommittable>
            createWriter(WriterInitContext context) throws IOException {
        return new Writer(sink.createWriter(context), records);
    }

    @Override
    public PrecommittingStatefulSinkWriter<OutgoingRecord, KafkaWriterState, KafkaCommittable>
            restoreWriter(WriterInitContext context, Collection<KafkaWriterState> states) {
        return new Writer(sink.restoreWriter(context, states), records);
    }

    @Override
    public SimpleVersionedSerializer<KafkaWriterState> getWriterStateSerializer() {
        return sink.getWriterStateSerializer();
    }

    @Override
    public Committer<KafkaCommittable> createCommitter(CommitterInitContext context) {
        return sink.createCommitter(context);
    }

    @Override
    public SimpleVersionedSerializer<KafkaCommittable> getCommittableSerializer() {
        return sink.getCommittableSerializer();
    }

    @Override
    public void addPostCommitTopology(DataStream<CommittableMessage<KafkaCommittable>> committed) {
        sink.addPostCommitTopology(committed);
    }

    @Override
    public LineageVertex getLineageVertex() {
        return sink.getLineageVertex();
    }

    /**
     * @param writer Kafka's
     * @param records makes its records
     */
    record Writer(
            PrecommittingStatefulSinkWriter<OutgoingRecord, KafkaWriterState, KafkaCommittable>
                    writer,
            RecordSerializer records)
            implements PrecommittingStatefulSinkWriter<
                    OutgoingRecord, KafkaWriterState, KafkaCommittable> {

        @Override
        public void write(OutgoingRecord record, Context context)
                throws IOException, InterruptedException {
            writer.write(record, context);
        }

        @Override
        public void flush(boolean endOfInput) throws IOException, InterruptedException {
            writer.flush(endOfInput);
        }

        @Override
        public Collection<KafkaCommittable> prepareCommit()
                throws IOException, InterruptedException {
            return writer.prepareCommit();
        }

        @Override
        public List<KafkaWriterState> snapshotState(long checkpoint) throws IOException {
            records.refresh();
            return writer.snapshotState(checkpoint);
        }

        @Override
        public void close() {
            try {
                writer.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                LOG.warn("what was still to be written failed too when the writer was closed", e);
            }
            try {
                WriterAdmin.close(writer);
            } catch (IllegalAccessException e) {
                LOG.warn("an administrative client stays open", e);
            }
        }
    }
}
