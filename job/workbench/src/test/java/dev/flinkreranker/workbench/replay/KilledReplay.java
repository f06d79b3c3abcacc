package dev.flinkreranker.workbench.replay;

import dev.flinkreranker.workbench.replay.input.OnProblem;
import dev.flinkreranker.workbench.replay.plan.ReplayDirectory;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import dev.flinkreranker.workbench.replay.scoring.WordOverlapModels;
import java.io.Serial;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A replay in a process of its own, slow enough to be killed in the middle. */
final class KilledReplay {
    private KilledReplay() {}

    /** Takes the directory to write to and the logs. */
    public static void main(String[] arguments) throws Exception {
        List<Path> files = Stream.of(arguments).skip(1).map(Path::of).toList();
        ReplayPlan plan = SampleLog.plan(files, 2, OnProblem.SKIP);
        ReplayDirectory directory = new ReplayDirectory(Path.of(arguments[0]));
        directory.adopt(plan);
        new Replay(plan, directory, new Slow(), Duration.ofMillis(100))
                .run(ReplayRun.question(null), List.of());
    }

    private static final class Slow extends WordOverlapModels {
        @Serial private static final long serialVersionUID = 1L;

        @Override
        protected void beforeBatch() {
            LockSupport.parkNanos(20_000_000);
        }
    }
}
