package dev.flinkreranker.job.replay;

import dev.flinkreranker.job.replay.ReplayPlan.FileState;
import dev.flinkreranker.job.replay.input.CollectionLog;
import dev.flinkreranker.job.replay.input.InputProblem;
import dev.flinkreranker.job.replay.input.TrecCollection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Where the requests come from.
 *
 * @param sources the files named by the user
 * @param logs the request logs to read, in order
 * @param problems found while a log was made
 */
record ReplayInput(List<Path> sources, List<Path> logs, List<InputProblem> problems) {

    /** Request logs as they are. */
    static ReplayInput logs(List<Path> files) {
        return new ReplayInput(files, files, List.of());
    }

    /** A collection, made into a log in the replay's directory unless that was done before. */
    static ReplayInput collection(TrecCollection collection, ReplayDirectory directory)
            throws IOException {
        List<Path> sources = List.of(collection.queries(), collection.corpus(), collection.run());
        String name = fingerprint(states(sources) + "/" + collection.depth());
        Path log = directory.input("requests-" + name + ".jsonl.zst");
        Path found = directory.input("problems-" + name + ".jsonl");
        if (!Files.exists(log)) {
            Path unfinished = directory.input("requests-" + name + ".new");
            try (ProblemLog problems = new ProblemLog(found)) {
                List<InputProblem> all = new ArrayList<>();
                CollectionLog.write(collection, unfinished, all::add);
                for (InputProblem problem : all) {
                    problems.add(problem);
                }
            }
            // Last, so that the log is there only when all of it is.
            Files.move(unfinished, log, StandardCopyOption.ATOMIC_MOVE);
        }
        return new ReplayInput(sources, List.of(log), ProblemLog.read(found));
    }

    /** The sources as they are now, so that only the same may be resumed. */
    List<FileState> states() throws IOException {
        return states(sources);
    }

    private static List<FileState> states(List<Path> files) throws IOException {
        List<FileState> states = new ArrayList<>();
        for (Path file : files) {
            states.add(FileState.of(file));
        }
        return states;
    }

    private static String fingerprint(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
