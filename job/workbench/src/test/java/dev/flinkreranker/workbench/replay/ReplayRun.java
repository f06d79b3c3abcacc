package dev.flinkreranker.workbench.replay;

import dev.flinkreranker.workbench.evaluation.measure.Measure;
import dev.flinkreranker.workbench.replay.input.OnProblem;
import dev.flinkreranker.workbench.replay.outcome.ReplayEvaluation;
import dev.flinkreranker.workbench.replay.outcome.ReplayEvaluation.Question;
import dev.flinkreranker.workbench.replay.plan.ReplayDirectory;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import dev.flinkreranker.workbench.replay.scoring.WordOverlapModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Replays of a sample log into folders of one directory.
 *
 * @param directory holds them all
 * @param files the log
 */
record ReplayRun(Path directory, List<Path> files) {
    static final Duration OFTEN = Duration.ofMillis(100);

    static ReplayRun in(Path directory) throws IOException {
        return new ReplayRun(
                directory, SampleLog.twoFiles(Files.createDirectory(directory.resolve("log"))));
    }

    /** Replays files into the folder of a name. */
    ReplayEvaluation.Answer replay(
            String name, List<Path> input, int parallelism, OnProblem onProblem) throws Exception {
        ReplayPlan plan = SampleLog.plan(input, parallelism, onProblem);
        ReplayDirectory target = new ReplayDirectory(directory.resolve(name));
        target.adopt(plan);
        return new Replay(plan, target, new WordOverlapModels(), OFTEN)
                .run(question(null), List.of());
    }

    static Question question(Path qrels) {
        return new Question(
                qrels, List.of(), Measure.DEFAULTS, "first-stage", 42, "A replay", 0.01, null);
    }

    /** What must be equal between equal replays, by path. */
    Map<String, String> outputs(String name) throws IOException {
        Path root = directory.resolve(name);
        Map<String, String> outputs = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(root)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                String path = root.relativize(file).toString();
                if (!path.startsWith(".") && !path.matches("timing.json|report.html")) {
                    outputs.put(path, Files.readString(file));
                }
            }
        }
        return outputs;
    }
}
