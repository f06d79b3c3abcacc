package dev.flinkreranker.job.kafka;

import java.util.List;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.jspecify.annotations.Nullable;

/**
 * Ends the job for good when it starts. An exception while the state is restored can come before
 * the JobMaster listens; nobody would hear it, and the job would run without this source.
 *
 * @param state which is given back untouched
 * @param reason one line for a person: what, where, what to do
 */
record RefusedState(KafkaSourceEnumState state, String reason)
        implements SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> {

    @Override
    public void start() {
        throw new SuppressRestartsException(new IllegalStateException(reason));
    }

    @Override
    public void handleSplitRequest(int subtask, @Nullable String host) {}

    @Override
    public void addSplitsBack(List<KafkaPartitionSplit> splits, int subtask) {}

    @Override
    public void addReader(int subtask) {}

    @Override
    public KafkaSourceEnumState snapshotState(long checkpoint) {
        return state;
    }

    @Override
    public void close() {}
}
