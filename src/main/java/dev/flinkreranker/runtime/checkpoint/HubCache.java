package dev.flinkreranker.runtime.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A model's folder in a Hub cache, {@code models--org--name}: {@code refs/main} names the snapshot,
 * whose files are links to {@code blobs}. The layout is that of huggingface_hub.
 */
final class HubCache {

    private static final int MAX_REVISION_BYTES = 256;
    private static final Pattern REVISION = Pattern.compile("[0-9A-Za-z_-][0-9A-Za-z._-]*");

    private HubCache() {}

    /**
     * The snapshot of a cache's folder; any other directory as it is.
     *
     * @throws InvalidCheckpointException if the cache names no snapshot that lies in it, or a file
     *     of the snapshot lies elsewhere
     */
    static Path snapshot(Path directory) {
        Path snapshots = directory.resolve("snapshots");
        if (Files.exists(directory.resolve("config.json")) || !Files.isDirectory(snapshots)) {
            return directory;
        }
        Path ref = directory.resolve("refs").resolve("main");
        String revision = revision(ref);
        Path snapshot = snapshots.resolve(revision);
        if (!Files.isDirectory(snapshot)) {
            throw new InvalidCheckpointException(
                    "%s: names the snapshot %s, which is not in %s; fetch the model again"
                            .formatted(ref, revision, snapshots));
        }
        checkInside(directory, snapshot);
        return snapshot;
    }

    private static String revision(Path ref) {
        if (!Files.isRegularFile(ref)) {
            throw new InvalidCheckpointException(
                    ref + ": no such file; name a folder under snapshots instead");
        }
        try {
            String revision =
                    Files.size(ref) > MAX_REVISION_BYTES ? "" : Files.readString(ref).strip();
            if (!REVISION.matcher(revision).matches()) {
                throw new InvalidCheckpointException(ref + ": is not the name of a snapshot");
            }
            return revision;
        } catch (IOException e) {
            throw new InvalidCheckpointException(ref + ": cannot be read", e);
        }
    }

    private static void checkInside(Path directory, Path snapshot) {
        try {
            Path cache = directory.toRealPath();
            for (Path file : files(snapshot)) {
                if (!file.toRealPath().startsWith(cache)) {
                    throw new InvalidCheckpointException(
                            "%s: is a link out of %s".formatted(file, directory));
                }
            }
        } catch (IOException e) {
            throw new InvalidCheckpointException(snapshot + ": cannot be read", e);
        }
    }

    /** Those that a checkpoint is read from; a link to nothing is none. */
    private static List<Path> files(Path snapshot) {
        return FileIdentity.in(snapshot).stream().map(FileIdentity::path).toList();
    }
}
