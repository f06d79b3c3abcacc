package dev.flinkreranker.runtime.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A Hub cache, in the layout of huggingface_hub. A model's folder in it is {@code
 * models--org--name}: {@code refs/main} names the snapshot, whose files are links to {@code blobs}.
 *
 * @param root where the models' folders lie; it need not exist
 */
public record HubCache(Path root) {

    private static final int MAX_REVISION_BYTES = 256;
    private static final Pattern REVISION = Pattern.compile("[0-9A-Za-z_-][0-9A-Za-z._-]*");
    private static final Pattern ID =
            Pattern.compile("[0-9A-Za-z][0-9A-Za-z._-]{0,95}/[0-9A-Za-z][0-9A-Za-z._-]{0,95}");

    /** That of this process: as {@link #of} finds it in the process's environment. */
    public static HubCache ofProcess() {
        return of(System.getenv());
    }

    /**
     * The cache that Hugging Face's own tools would use: {@code HF_HUB_CACHE}, else {@code hub} in
     * {@code HF_HOME}, else {@code huggingface/hub} in {@code XDG_CACHE_HOME} or {@code ~/.cache}.
     */
    static HubCache of(Map<String, String> environment) {
        return new HubCache(
                folder(environment, "HF_HUB_CACHE")
                        .or(() -> folder(environment, "HF_HOME").map(home -> home.resolve("hub")))
                        .orElseGet(
                                () ->
                                        folder(environment, "XDG_CACHE_HOME")
                                                .orElseGet(() -> home().resolve(".cache"))
                                                .resolve("huggingface")
                                                .resolve("hub")));
    }

    private static Optional<Path> folder(Map<String, String> environment, String variable) {
        String value = environment.getOrDefault(variable, "");
        if (value.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                value.startsWith("~/") ? home().resolve(value.substring(2)) : Path.of(value));
    }

    private static Path home() {
        return Path.of(System.getProperty("user.home"));
    }

    /** Whether a text can be the id of a model on a Hub: {@code org/name}. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches() && !text.contains("..") && !text.contains("--");
    }

    /** The folder of the model with that id; it need not exist. */
    public Path folder(String id) {
        return root.resolve("models--" + id.replace("/", "--"));
    }

    /**
     * The directory that a model's files are read from: the one of that name, or the snapshot in it
     * if it is a cache's folder; otherwise the snapshot of the model whose id that is.
     *
     * @throws InvalidCheckpointException if there is none, or the cache names no snapshot that lies
     *     in it, or a file of the snapshot lies elsewhere
     */
    public Path directory(Path named) {
        if (Files.isDirectory(named)) {
            return snapshot(named);
        }
        if (!isId(named.toString())) {
            throw new InvalidCheckpointException(named + ": no such directory");
        }
        Path folder = folder(named.toString());
        if (!Files.isDirectory(folder)) {
            throw new InvalidCheckpointException(
                    "%s: no such directory, nor is it in the Hub cache %s; ./rerank model fetch %s"
                                    .formatted(named, root, named)
                            + " brings it");
        }
        return snapshot(folder);
    }

    /** Whether there is a directory of that name, or a model of that id in the cache. */
    public boolean has(Path named) {
        return Files.isDirectory(named)
                || isId(named.toString()) && Files.isDirectory(folder(named.toString()));
    }

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
                    ref
                            + ": no such file; fetch the model to its end, or name a folder under"
                            + " snapshots");
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
            // A link to nothing is no file of a checkpoint.
            for (Path file : FileIdentity.paths(snapshot)) {
                if (!file.toRealPath().startsWith(cache)) {
                    throw new InvalidCheckpointException(
                            "%s: is a link out of %s".formatted(file, directory));
                }
            }
        } catch (IOException e) {
            throw new InvalidCheckpointException(snapshot + ": cannot be read", e);
        }
    }
}
