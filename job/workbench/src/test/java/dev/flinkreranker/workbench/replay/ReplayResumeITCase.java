package dev.flinkreranker.workbench.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import dev.flinkreranker.tests.support.ShortLivedJvm;
import dev.flinkreranker.workbench.replay.input.OnProblem;
import dev.flinkreranker.workbench.replay.plan.ReplayConfiguration;
import dev.flinkreranker.workbench.replay.plan.ReplayDirectory;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan.FileState;
import dev.flinkreranker.workbench.replay.plan.ReplayRound;
import dev.flinkreranker.workbench.replay.scoring.ReplayFailedException;
import dev.flinkreranker.workbench.replay.scoring.WordOverlapModels;
import java.io.IOException;
import java.io.Serial;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replay that was cut off goes on where it was. */
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
            assertThat(round(target).latestCheckpoint()).isPresent();
        }

        long before = WordOverlapModels.PAIRS.get();
        target.adopt(plan);
        new Replay(plan, target, new WordOverlapModels(), ReplayRun.OFTEN)
                .run(ReplayRun.question(null), List.of());
        assertThat(WordOverlapModels.PAIRS.get() - before).isPositive().isLessThan(all);
        assertThat(run.outputs("disturbed")).isEqualTo(run.outputs("undisturbed"));

        // A kill after the job's end and before that was noted.
        assertThat(round(target).latestCheckpoint()).isEmpty();
        Files.delete(round(target).scored());
        new Replay(plan, target, new WordOverlapModels(), ReplayRun.OFTEN)
                .run(ReplayRun.question(null), List.of());
        assertThat(run.outputs("disturbed")).isEqualTo(run.outputs("undisturbed"));
    }

    @Test
    void aKillLeavesNoTrace() throws Exception {
        Path target = run.directory().resolve("killed");
        List<String> command = ShortLivedJvm.command();
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
        while ((replay.rounds().isEmpty() || round(replay).rowFiles().size() < 4)
                && !process.waitFor(50, TimeUnit.MILLISECONDS)) {
            assertThat(target.resolve("summary.json")).doesNotExist();
        }
        // SIGKILL: nothing is closed, flushed or tidied up.
        process.destroyForcibly().waitFor();
        assertThat(round(replay).latestCheckpoint())
                .as(Files.readString(run.directory().resolve("killed.log")))
                .isPresent();
        assertThat(round(replay).scored()).doesNotExist();

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
    void aConfigurationThatIsAddedIsScoredAlone() throws Exception {
        List<ReplayConfiguration> both =
                SampleLog.plan(run.files(), 2, OnProblem.SKIP).configurations().subList(1, 3);
        WordOverlapModels.PAIRS.set(0);
        replay("first", both.subList(0, 1));
        long one = WordOverlapModels.PAIRS.getAndSet(0);
        replay("first", both);
        assertThat(WordOverlapModels.PAIRS.getAndSet(0)).as("the second alone").isEqualTo(one);
        replay("other", both.subList(1, 2));
        WordOverlapModels.PAIRS.set(0);

        replay("first", List.of(both.get(1), both.get(0)));
        replay("first", both.subList(1, 2));

        assertThat(WordOverlapModels.PAIRS.get()).as("all is there").isZero();
        for (String file : List.of("runs/layer-12.trec", "results/layer-12.jsonl")) {
            assertThat(run.outputs("first")).containsEntry(file, run.outputs("other").get(file));
        }
        assertThat(run.outputs("first").get("summary.json"))
                .isEqualTo(run.outputs("other").get("summary.json"));
    }

    @Test
    void aModelThatWasTrainedAnewIsScoredAgain() throws Exception {
        ReplayConfiguration before = SampleLog.configuration("words", "{}");
        ReplayConfiguration after =
                new ReplayConfiguration(
                        "words",
                        before.tenants(),
                        before.models(),
                        List.of(new FileState("/words/model.safetensors", 1, 1)));
        replay("trained", List.of(before));
        WordOverlapModels.PAIRS.set(0);

        replay("trained", List.of(after));

        assertThat(WordOverlapModels.PAIRS.get()).isPositive();
    }

    private void replay(String name, List<ReplayConfiguration> configurations) throws Exception {
        ReplayPlan plan = SampleLog.plan(run.files(), 2, OnProblem.SKIP, configurations);
        ReplayDirectory target = new ReplayDirectory(run.directory().resolve(name));
        target.adopt(plan);
        new Replay(plan, target, new WordOverlapModels(), ReplayRun.OFTEN)
                .run(ReplayRun.question(null), List.of());
    }

    private static ReplayRound round(ReplayDirectory directory) throws IOException {
        return directory.rounds().get(0);
    }

    @Test
    void anotherReplaysDirectoryIsRefused() throws Exception {
        ReplayDirectory target = new ReplayDirectory(run.directory().resolve("taken"));
        assertThat(target.adopt(SampleLog.plan(run.files(), 1, OnProblem.SKIP))).isFalse();
        assertThat(target.adopt(SampleLog.plan(run.files(), 1, OnProblem.SKIP))).isTrue();

        ReplayPlan other = SampleLog.plan(run.files().subList(0, 1), 1, OnProblem.SKIP);
        assertThatThrownBy(() -> target.adopt(other))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("holds a replay of other input");
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
