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
 * Where a replay writes. Everything but {@code .replay} is for people:
 *
 * <pre>
 * runs/NAME.trec      one TREC run per configuration, and first-stage.trec
 * results/NAME.jsonl  one line per request
 * problems.jsonl      the input lines that were not replayed
 * summary.json        counts, measures, comparisons; as all above a function of the input alone
 * timing.json         seconds and latencies of this machine
 * report.html         all of it, to look at
 * input/              the request log made of a collection or a topic
 * .replay/            plan, checkpoints and rows; what was published
 * </pre>
 */
public final class ReplayDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(ReplayDirectory.class);

    private final Path root;

    public ReplayDirectory(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    public Path root() {
        return root;
    }

    public Path run(String name) {
        return root.resolve("runs").resolve(name + ".trec");
    }

    public Path result(String name) {
        return root.resolve("results").resolve(name + ".jsonl");
    }

    public Path file(String name) {
        return root.resolve(name);
    }

    /** A log made of other input; the file may not be there yet. */
    Path input(String name) throws IOException {
        return inputs().resolve(name);
    }

    /** Where such logs are; exists. */
    public Path inputs() throws IOException {
        return Files.createDirectories(root.resolve("input"));
    }

    public Path plan() {
        return work().resolve("plan.json");
    }

    public Path parts() {
        return work().resolve("rows");
    }

    public Path checkpoints() {
        return work().resolve("checkpoints");
    }

    Path scratch(String name) {
        return work().resolve(name);
    }

    /** Exists from when all rows are written. */
    public Path scored() {
        return work().resolve("scored");
    }

    /**
     * Makes this the directory of the plan, or finds it so.
     *
     * @return whether a replay of the same plan was here before
     * @throws IOException when the directory holds another replay
     */
    public boolean adopt(ReplayPlan plan) throws IOException {
        if (Files.exists(plan())) {
            if (Files.readString(plan()).equals(plan.toJson())) {
                return true;
            }
            throw new IOException(
                    root
                            + " holds a replay of other input or configurations; name another"
                            + " directory, or remove it");
        }
        Files.createDirectories(work());
        Path unfinished = scratch("plan.unfinished");
        Files.writeString(unfinished, plan.toJson());
        Files.move(unfinished, plan(), StandardCopyOption.ATOMIC_MOVE);
        return false;
    }

    /** The newest whole checkpoint; empty when there is none. */
    public Optional<Path> latestCheckpoint() throws IOException {
        return StoredState.below(checkpoints(), LOG::warn).stream()
                .findFirst()
                .map(StoredState::path);
    }

    /** The row files that belong to a whole checkpoint; what is hidden does not. */
    public List<Path> rowFiles() throws IOException {
        if (!Files.isDirectory(parts())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(parts())) {
            return files.filter(file -> !file.getFileName().toString().startsWith(".")).toList();
        }
    }

    /** Forgets rows and checkpoints. */
    public void dropWork() throws IOException {
        delete(parts());
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

    /** Where a replay keeps what only concerns itself; exists once a plan was adopted. */
    public Path work() {
        return root.resolve(".replay");
    }
}
