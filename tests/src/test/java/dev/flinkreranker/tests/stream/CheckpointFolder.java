package dev.flinkreranker.tests.stream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Folders for checkpoints that stay in the module's {@code target}. Those of {@code @TempDir}
 * cannot be deleted at a test's end: Flink goes on to delete old checkpoints after a job has ended.
 */
final class CheckpointFolder {

    private CheckpointFolder() {}

    /** A new folder. */
    static Path create() {
        try {
            return Files.createTempDirectory(Path.of("target").toAbsolutePath(), "checkpoints-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
