package dev.flinkreranker.workbench.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import dev.flinkreranker.workbench.replay.input.OnProblem;
import dev.flinkreranker.workbench.replay.plan.ReplayDirectory;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import dev.flinkreranker.workbench.replay.scoring.ReplayFailedException;
import dev.flinkreranker.workbench.replay.scoring.WordOverlapModels;
import java.io.IOException;
import java.io.Serial;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A replay that was cut off goes on where it was. */
@Timeout(120)
class ReplayResumeITCase {

    @TempDir Path directory;

    private ReplayRun run;

    @BeforeEach
    void log() throws IOException {
        run = ReplayRun.in(directory);
    }

    @Test
    void goesOnWhereAnAccidentLeftIt() throws Exception {
        WordOverlapModels.PAIRS.set(0);
        run.replay("undisturbed", run.files(), 2, OnProblem.SKIP);
        ReplayPlan plan = SampleLog.plan(run.files(), 2, OnProblem.SKIP);
        ReplayDirectory target = new ReplayDirectory(run.directory().resolve("disturbed"));
        target.adopt(plan);

        long all = WordOverlapModels.PAIRS.get();
        Replay breaking = new Replay(plan, target, new Breaking(), ReplayRun.OFTEN);
        for (int accident = 0; accident < 2; accident++) {
            Breaking.DONE.set(0);
            assertThatThrownBy(() -> breaking.run(ReplayRun.question(null), List.of()))
                    .isInstanceOf(ReplayFailedException.class)
                    .hasMessageContaining("the device is gone");
            assertThat(target.latestCheckpoint()).isPresent();
        }

        long before = WordOverlapModels.PAIRS.get();
        target.adopt(plan);
        new Replay(plan, target, new WordOverlapModels(), ReplayRun.OFTEN)
                .run(ReplayRun.question(null), List.of());
        assertThat(WordOverlapModels.PAIRS.get() - before).isPositive().isLessThan(all);
        assertThat(run.outputs("disturbed")).isEqualTo(run.outputs("undisturbed"));

        // A kill after the job's end and before that was noted.
        assertThat(target.latestCheckpoint()).isEmpty();
        Files.delete(target.scored());
        new Replay(plan, target, new WordOverlapModels(), ReplayRun.OFTEN)
                .run(ReplayRun.question(null), List.of());
        assertThat(run.outputs("disturbed")).isEqualTo(run.outputs("undisturbed"));
    }

    @Test
    void aKillLeavesNoTrace() throws Exception {
        Path target = run.directory().resolve("killed");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-opens"))
                .forEach(command::add);
        command.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(KilledReplay.class.getName(), target.toString()));
        run.files().forEach(file -> command.add(file.toString()));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(run.directory().resolve("killed.log").toFile())
                        .start();
        ReplayDirectory replay = new ReplayDirectory(target);
        while (replay.rowFiles().size() < 4 && !process.waitFor(50, TimeUnit.MILLISECONDS)) {
            assertThat(replay.scored()).doesNotExist();
        }
        // SIGKILL: nothing is closed, flushed or tidied up.
        process.destroyForcibly().waitFor();
        assertThat(replay.latestCheckpoint())
                .as(Files.readString(run.directory().resolve("killed.log")))
                .isPresent();
        assertThat(replay.scored()).doesNotExist();

        WordOverlapModels.PAIRS.set(0);
        run.replay("undisturbed", run.files(), 2, OnProblem.SKIP);
        long all = WordOverlapModels.PAIRS.getAndSet(0);
        ReplayPlan plan = SampleLog.plan(run.files(), 2, OnProblem.SKIP);
        assertThat(replay.adopt(plan)).isTrue();
        new Replay(plan, replay, new WordOverlapModels(), ReplayRun.OFTEN)
                .run(ReplayRun.question(null), List.of());

        assertThat(run.outputs("killed")).isEqualTo(run.outputs("undisturbed"));
        assertThat(WordOverlapModels.PAIRS.get()).isLessThan(all);
    }

    @Test
    void anotherReplaysDirectoryIsRefused() throws Exception {
        ReplayDirectory target = new ReplayDirectory(run.directory().resolve("taken"));
        assertThat(target.adopt(SampleLog.plan(run.files(), 1, OnProblem.SKIP))).isFalse();
        assertThat(target.adopt(SampleLog.plan(run.files(), 1, OnProblem.SKIP))).isTrue();

        ReplayPlan other = SampleLog.plan(run.files().subList(0, 1), 1, OnProblem.SKIP);
        assertThatThrownBy(() -> target.adopt(other))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("holds a replay of other input or configurations");
    }

    /** Loses the device after some batches, when a checkpoint is there to go on from. */
    private static final class Breaking extends WordOverlapModels {
        @Serial private static final long serialVersionUID = 1L;

        private static final int BATCHES = 120;
        private static final AtomicInteger DONE = new AtomicInteger();

        @Override
        protected void beforeBatch() {
            LockSupport.parkNanos(4_000_000);
            if (DONE.incrementAndGet() > BATCHES) {
                throw new BrokenDeviceException("the device is gone", null);
            }
        }
    }
}
