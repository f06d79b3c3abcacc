package dev.flinkreranker.workbench.replay;

import dev.flinkreranker.workbench.replay.scoring.ReplayFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command writes all that it makes, and what its report is called. */
public final class OutputOptions {

    /** What the system says of a full disk. */
    private static final String FULL = "No space left on device";

    @Option(
            names = {"-o", "--out"},
            required = true,
            paramLabel = "DIR",
            description = "Where everything is written.")
    private Path out;

    @Option(names = "--title", paramLabel = "TEXT", description = "Heading of the report.")
    private @Nullable String title;

    /** Where everything is written. */
    public Path directory() {
        return out;
    }

    /** The report's heading. */
    public String title(String otherwise) {
        return title != null ? title : otherwise;
    }

    /**
     * Runs what writes there.
     *
     * @throws IOException if the disk is full, in words that name the directory
     */
    public <T> T writing(Callable<T> run) throws Exception {
        try {
            return run.call();
        } catch (IOException | ReplayFailedException e) {
            if (e.getMessage() != null && e.getMessage().contains(FULL)) {
                // The system names no file.
                throw new IOException(
                        "%s: %s; make room and run the same command again, it goes on where it was"
                                .formatted(out, FULL),
                        e);
            }
            throw e;
        }
    }
}
