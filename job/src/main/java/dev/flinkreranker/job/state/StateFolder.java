package dev.flinkreranker.job.state;

import dev.flinkreranker.operators.config.InvalidConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.util.FileUtils;
import org.jspecify.annotations.Nullable;

/**
 * Where one job keeps its state on this machine. It outlives the process, belongs to one process at
 * a time, and is what the next one goes on from:
 *
 * <pre>
 * lock
 * checkpoints/JOB/chk-NUMBER/
 * savepoints/savepoint-.../
 * </pre>
 */
public final class StateFolder implements AutoCloseable {

    /** The newest, and the one before, should the newest turn out to be broken. */
    private static final int KEPT = 2;

    private final Path root;
    private final FileChannel channel;

    private StateFolder(Path root, FileChannel channel) {
        this.root = root;
        this.channel = channel;
    }

    /**
     * The folder of a job.
     *
     * @param configured where the folders of jobs are, a path or a {@code file:} URI; null for
     *     {@code flink-reranker} in the user's folder for state, {@code $XDG_STATE_HOME} or {@code
     *     ~/.local/state}: it outlives a restart of the machine, is no cache, and is not in the
     *     checkout
     * @throws InvalidConfigException if it is not on this machine
     */
    public static Path of(String job, @Nullable String configured) {
        return of(job, configured, System.getenv());
    }

    static Path of(String job, @Nullable String configured, Map<String, String> environment) {
        if (configured == null) {
            String home = environment.getOrDefault("XDG_STATE_HOME", "");
            // The standard ignores what is not absolute.
            Path states =
                    home.startsWith("/")
                            ? Path.of(home)
                            : Path.of(System.getProperty("user.home"), ".local", "state");
            return states.resolve("flink-reranker").resolve(job);
        }
        // As Flink reads it: a path may have no scheme, and characters that are not a URI's.
        URI uri = new org.apache.flink.core.fs.Path(configured).toUri();
        if (uri.getScheme() != null && !uri.getScheme().equals("file")) {
            throw new InvalidConfigException(
                    "delivery.checkpoint_dir: %s is not on this machine, where the job looks for"
                                    .formatted(configured)
                            + " what it goes on from; name a folder of it");
        }
        return Path.of(uri.getPath()).toAbsolutePath().resolve(job);
    }

    /**
     * Takes a folder, made if need be, until it is closed or the process ends, however it ends.
     *
     * @throws InvalidConfigException if another process has it, or it cannot be written
     */
    public static StateFolder take(Path root) {
        try {
            Files.createDirectories(root);
            FileChannel channel =
                    FileChannel.open(
                            root.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (lock(channel) == null) {
                channel.close();
                throw new InvalidConfigException(
                        ("%s is in use: a job of this name runs already. Stop it, or give this one"
                                        + " another name")
                                .formatted(root));
            }
            return new StateFolder(root, channel);
        } catch (IOException e) {
            throw new InvalidConfigException(
                    "%s cannot be written (%s); name another folder in delivery.checkpoint_dir"
                            .formatted(root, e));
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException inThisProcess) {
            return null;
        }
    }

    /** The folder itself. */
    public Path root() {
        return root;
    }

    /** Where savepoints go. */
    public Path savepoints() {
        return root.resolve("savepoints");
    }

    private Path checkpoints() {
        return root.resolve("checkpoints");
    }

    /**
     * The newest whole state. What is older than the one before it is removed.
     *
     * @param broken told of each state that is not whole, in one line
     */
    public Optional<StoredState> newest(Consumer<String> broken) throws IOException {
        List<StoredState> states = StoredState.below(root, broken);
        removeAllBut(states.stream().limit(KEPT).map(StoredState::path).toList());
        return states.stream().findFirst();
    }

    /** What an earlier process left behind, half-written and broken state included. */
    private void removeAllBut(List<Path> kept) throws IOException {
        List<Path> left = new ArrayList<>();
        for (Path folder : List.of(checkpoints(), savepoints())) {
            if (Files.isDirectory(folder)) {
                try (Stream<Path> entries = Files.list(folder)) {
                    entries.filter(entry -> kept.stream().noneMatch(path -> path.startsWith(entry)))
                            .forEach(left::add);
                }
            }
        }
        for (Path entry : left) {
            FileUtils.deleteFileOrDirectory(entry.toFile());
        }
    }

    /**
     * Flink's settings for a job that keeps its state here.
     *
     * @param restored what it goes on from; empty to begin without
     */
    public Configuration settings(Optional<StoredState> restored) {
        Configuration flink = new Configuration();
        flink.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints().toUri().toString());
        flink.set(CheckpointingOptions.SAVEPOINT_DIRECTORY, savepoints().toUri().toString());
        flink.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, KEPT);
        flink.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        // It becomes this run's own, which removes it when newer ones replace it.
        flink.set(StateRecoveryOptions.RESTORE_MODE, RecoveryClaimMode.CLAIM);
        restored.ifPresent(
                state ->
                        flink.set(
                                StateRecoveryOptions.SAVEPOINT_PATH,
                                state.path().toUri().toString()));
        return flink;
    }

    /** Gives the folder back. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
