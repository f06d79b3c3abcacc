package dev.flinkreranker.workbench.replay.plan;

import dev.flinkreranker.workbench.replay.input.CollectionLog;
import dev.flinkreranker.workbench.replay.input.InputProblem;
import dev.flinkreranker.workbench.replay.input.ProblemLog;
import dev.flinkreranker.workbench.replay.input.ResultLog;
import dev.flinkreranker.workbench.replay.input.TrecCollection;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan.FileState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Where the requests come from.
 *
 * @param sources the files named by the user
 * @param logs the request logs to read, in order
 * @param answers what production answered, where the input tells; else empty
 * @param problems found while a log was made
 */
public record ReplayInput(
        List<Path> sources, List<Path> logs, List<Path> answers, List<InputProblem> problems) {

    /** Logs of requests as they are; of results, made into requests and answers. */
    public static ReplayInput logs(List<Path> files, ReplayDirectory directory) throws IOException {
        if (!ResultLog.is(files.get(0))) {
            return new ReplayInput(files, files, List.of(), List.of());
        }
        List<Path> logs = new ArrayList<>();
        List<Path> answers = new ArrayList<>();
        List<InputProblem> problems = new ArrayList<>();
        for (Path file : files) {
            String name = Fingerprint.of(states(List.of(file)).toString());
            Path answer = directory.input("answers-" + name + ".jsonl.zst");
            Made made =
                    make(
                            name,
                            directory,
                            (log, found) -> ResultLog.write(file, log, answer, found));
            logs.add(made.log());
            answers.add(answer);
            problems.addAll(made.problems());
        }
        return new ReplayInput(files, logs, answers, problems);
    }

    /** A collection, made into a log. */
    public static ReplayInput collection(TrecCollection collection, ReplayDirectory directory)
            throws IOException {
        List<Path> sources = new ArrayList<>(List.of(collection.queries()));
        sources.addAll(collection.corpus());
        sources.add(collection.run());
        Made made =
                make(
                        Fingerprint.of(
                                states(sources)
                                        + "/"
                                        + collection.depth()
                                        + (collection.leavesOutSelf() ? "/without-self" : "")),
                        directory,
                        (log, found) -> CollectionLog.write(collection, log, found));
        return new ReplayInput(sources, List.of(made.log()), List.of(), made.problems());
    }

    private record Made(Path log, List<InputProblem> problems) {}

    @FunctionalInterface
    private interface Maker {
        void make(Path log, Consumer<InputProblem> problems) throws IOException;
    }

    /** Makes a log in the replay's directory unless that was done before. */
    private static Made make(String name, ReplayDirectory directory, Maker maker)
            throws IOException {
        Path log = directory.input("requests-" + name + ".jsonl.zst");
        Path found = directory.input("problems-" + name + ".jsonl");
        if (!Files.exists(log)) {
            Path unfinished = directory.input("requests-" + name + ".new");
            try (ProblemLog problems = new ProblemLog(found)) {
                List<InputProblem> all = new ArrayList<>();
                maker.make(unfinished, all::add);
                for (InputProblem problem : all) {
                    problems.add(problem);
                }
            }
            // Last, so that the log is there only when all of it is.
            Files.move(unfinished, log, StandardCopyOption.ATOMIC_MOVE);
        }
        return new Made(log, ProblemLog.read(found));
    }

    /** The sources as they are now, so that only the same may be resumed. */
    public List<FileState> states() throws IOException {
        return states(sources);
    }

    private static List<FileState> states(List<Path> files) throws IOException {
        List<FileState> states = new ArrayList<>();
        for (Path file : files) {
            states.add(FileState.of(file));
        }
        return states;
    }
}
