package dev.flinkreranker.job.state;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.AbstractChannelStateHandle;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.StateObject;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;

/**
 * A whole checkpoint or savepoint on a disk of this machine.
 *
 * @param path its folder
 * @param checkpointId its number; a job that goes on from it counts on
 */
public record StoredState(Path path, long checkpointId) {

    /** Flink writes it last. */
    private static final String METADATA = "_metadata";

    /** {@code checkpoints/JOB/chk-NUMBER/_metadata}, as seen from the folder of a job's state. */
    private static final int DEPTH = 4;

    private static final Comparator<StoredState> NEWEST_FIRST =
            Comparator.comparingLong(StoredState::checkpointId)
                    .thenComparingLong(state -> state.metadata().toFile().lastModified())
                    .reversed();

    /**
     * Those below a folder that are whole, the newest first. One that was never finished is none.
     *
     * @param folder need not exist
     * @param broken told of each that was finished and is not whole, in one line
     */
    public static List<StoredState> below(Path folder, Consumer<String> broken) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> finished;
        try (Stream<Path> walk = Files.walk(folder, DEPTH)) {
            finished = walk.filter(path -> path.endsWith(METADATA)).toList();
        }
        List<StoredState> states = new ArrayList<>();
        for (Path metadata : finished) {
            Path state = metadata.getParent();
            try {
                states.add(read(state));
            } catch (IOException | RuntimeException e) {
                // Flink's reader of the format meets garbage with any exception.
                broken.accept("%s is broken and left out: %s".formatted(state, e.getMessage()));
            }
        }
        states.sort(NEWEST_FIRST);
        return states;
    }

    private static StoredState read(Path folder) throws IOException {
        try (DataInputStream in =
                new DataInputStream(
                        new BufferedInputStream(Files.newInputStream(folder.resolve(METADATA))))) {
            CheckpointMetadata metadata =
                    Checkpoints.loadCheckpointMetadata(
                            in, StoredState.class.getClassLoader(), folder.toUri().toString());
            for (OperatorState operator : metadata.getOperatorStates()) {
                for (OperatorSubtaskState subtask : operator.getStates()) {
                    for (StateObject handle : subtask.getDiscardables()) {
                        checkFile(handle);
                    }
                }
            }
            return new StoredState(folder, metadata.getCheckpointId());
        }
    }

    /** That the file which a handle leads to has all its bytes. */
    private static void checkFile(StateObject handle) throws IOException {
        if (handle instanceof OperatorStateHandle operator) {
            checkFile(operator.getDelegateStateHandle());
        } else if (handle instanceof KeyGroupsStateHandle keyed) {
            checkFile(keyed.getDelegateStateHandle());
        } else if (handle instanceof AbstractChannelStateHandle<?> channel) {
            checkFile(channel.getDelegate());
        } else if (handle instanceof FileStateHandle file) {
            Path path = Path.of(file.getFilePath().getPath());
            if (Files.size(path) < file.getStateSize()) {
                throw new IOException(path + " is cut off");
            }
        }
    }

    private Path metadata() {
        return path.resolve(METADATA);
    }
}
