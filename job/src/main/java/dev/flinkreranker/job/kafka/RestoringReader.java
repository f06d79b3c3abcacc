package dev.flinkreranker.job.kafka;

import dev.flinkreranker.operators.event.RawEvent;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;

/** Kafka's reader, which gets its splits only as they are admitted. */
@SuppressWarnings("try") // closing Kafka's reader may be interrupted, and so this one
final class RestoringReader implements SourceReader<RawEvent, KafkaPartitionSplit> {

    private final SourceReader<RawEvent, KafkaPartitionSplit> kafka;
    private final UnaryOperator<List<KafkaPartitionSplit>> admission;

    RestoringReader(
            SourceReader<RawEvent, KafkaPartitionSplit> kafka,
            UnaryOperator<List<KafkaPartitionSplit>> admission) {
        this.kafka = kafka;
        this.admission = admission;
    }

    @Override
    public void addSplits(List<KafkaPartitionSplit> splits) {
        List<KafkaPartitionSplit> admitted = admission.apply(splits);
        if (!admitted.isEmpty()) {
            kafka.addSplits(admitted);
        }
    }

    @Override
    public void start() {
        kafka.start();
    }

    @Override
    public InputStatus pollNext(ReaderOutput<RawEvent> output) throws Exception {
        return kafka.pollNext(output);
    }

    @Override
    public List<KafkaPartitionSplit> snapshotState(long checkpointId) {
        return kafka.snapshotState(checkpointId);
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        return kafka.isAvailable();
    }

    @Override
    public void notifyNoMoreSplits() {
        kafka.notifyNoMoreSplits();
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        kafka.handleSourceEvents(event);
    }

    @Override
    public void pauseOrResumeSplits(Collection<String> toPause, Collection<String> toResume) {
        kafka.pauseOrResumeSplits(toPause, toResume);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        kafka.notifyCheckpointComplete(checkpointId);
    }

    @Override
    public void notifyCheckpointAborted(long checkpointId) throws Exception {
        kafka.notifyCheckpointAborted(checkpointId);
    }

    @Override
    public void close() throws Exception {
        kafka.close();
    }
}
