package dev.flinkreranker.workbench.replay.plan;

import dev.flinkreranker.job.state.StoredState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Configurations that are scored together. A replay has one round, and one more each time that it
 * is asked for configurations that it has not scored.
 *
 * @param plan of these configurations
 * @param folder where the round keeps plan, checkpoints and rows
 */
public record ReplayRound(ReplayPlan plan, Path folder) {
    private static final Logger LOG = LoggerFactory.getLogger(ReplayRound.class);

    private static final String PLAN = "plan.json";

    /** Keeps a plan; the folder is a round's from then on. */
    static void begin(ReplayPlan plan, Path folder) throws IOException {
        Files.createDirectories(folder);
        Path unfinished = folder.resolve("plan.unfinished");
        Files.writeString(unfinished, plan.toJson());
        Files.move(unfinished, folder.resolve(PLAN), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Whether the folder is a round's. */
    static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(PLAN));
    }

    static ReplayRound read(Path folder) throws IOException {
        return new ReplayRound(ReplayPlan.fromJson(Files.readString(folder.resolve(PLAN))), folder);
    }

    public Path planFile() {
        return folder.resolve(PLAN);
    }

    public Path rows() {
        return folder.resolve("rows");
    }

    public Path checkpoints() {
        return folder.resolve("checkpoints");
    }

    /** Exists from when all rows are written. */
    public Path scored() {
        return folder.resolve("scored");
    }

    /** The place of a configuration among the round's; below zero where it is not there. */
    public int indexOf(ReplayConfiguration configuration) {
        for (int i = 0; i < plan.configurations().size(); i++) {
            if (plan.configurations().get(i).isAlike(configuration)) {
                return i;
            }
        }
        return -1;
    }

    /** The newest whole checkpoint; empty when there is none. */
    public Optional<Path> latestCheckpoint() throws IOException {
        return StoredState.below(checkpoints(), LOG::warn).stream()
                .findFirst()
                .map(StoredState::path);
    }

    /** The row files that belong to a whole checkpoint; what is hidden does not. */
    public List<Path> rowFiles() throws IOException {
        if (!Files.isDirectory(rows())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(rows())) {
            return files.filter(file -> !file.getFileName().toString().startsWith(".")).toList();
        }
    }

    /** Forgets rows and checkpoints. */
    public void dropWork() throws IOException {
        delete(rows());
        delete(checkpoints());
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> walk = Files.walk(tree)) {
            deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.delete(path);
        }
    }
}
