package dev.flinkreranker.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.utils.Utils;

/** A directory that is gone when it is closed. */
public final class WorkDirectory implements AutoCloseable {

    private final Path path;

    /** Makes a new one under the system's temporary directory. */
    public WorkDirectory() throws IOException {
        this("work");
    }

    /** Makes one named {@code reranker-NAME-PID-...}, so that it can be told whose it was. */
    WorkDirectory(String name) throws IOException {
        this.path =
                Files.createTempDirectory(
                        "reranker-%s-%d-".formatted(name, ProcessHandle.current().pid()));
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        Utils.delete(path.toFile());
    }
}
