package dev.flinkreranker.workbench.replay.scoring;

import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import dev.flinkreranker.workbench.replay.plan.ReplayRound;
import dev.flinkreranker.workbench.terminal.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.BasePathBucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;
import org.apache.flink.util.ExceptionUtils;

/**
 * Scores a round's input into row files: a bounded Flink job with checkpoints inside this process.
 * Every row is in the committed files exactly once, however often the process was killed and the
 * job started again on the same round.
 *
 * <p>One source task cuts the input into blocks in order and hands them around; each scoring task
 * writes its rows in the order in which it got the blocks, so every row file is sorted.
 */
public final class ReplayJob {
    /**
     * Models may take minutes to load and long blocks take seconds; a checkpoint waits for both.
     */
    private static final Duration CHECKPOINT_TIMEOUT = Duration.ofHours(1);

    private static final Duration LOOK = Duration.ofMillis(500);

    private final ReplayPlan plan;
    private final ReplayRound round;
    private final ReplayModels models;
    private final Duration checkpointInterval;

    public ReplayJob(ReplayRound round, ReplayModels models, Duration checkpointInterval) {
        this.plan = round.plan();
        this.round = round;
        this.models = models;
        this.checkpointInterval = checkpointInterval;
    }

    /**
     * Scores what is not scored yet and returns when all rows are on disk.
     *
     * @throws BadInputException when a bad line was to stop it
     * @throws ReplayFailedException when the job failed; it can be started again
     */
    public void run() throws IOException, BadInputException, InterruptedException {
        if (Files.exists(round.scored())) {
            return;
        }
        Optional<Path> checkpoint = round.latestCheckpoint();
        if (checkpoint.isEmpty()) {
            round.dropWork();
        }
        execute(environment(checkpoint));
        Files.createFile(round.scored());
    }

    private StreamExecutionEnvironment environment(Optional<Path> checkpoint) {
        Configuration flink = new Configuration();
        flink.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, checkpointInterval);
        flink.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, CHECKPOINT_TIMEOUT);
        // Barriers overtake waiting blocks: a checkpoint takes as long as one block at most.
        flink.set(CheckpointingOptions.ENABLE_UNALIGNED, true);
        flink.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY, round.checkpoints().toUri().toString());
        flink.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        // A failure ends the process with its reason; the same command goes on where it was.
        flink.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        // Progress travels with the heartbeats.
        flink.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, Duration.ofSeconds(1));
        flink.set(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT, Duration.ofMinutes(10));
        // It becomes this job's own, which drops it with its others: one that outlived the job
        // would be gone on from, beside rows that were written after it.
        flink.set(StateRecoveryOptions.RESTORE_MODE, RecoveryClaimMode.CLAIM);
        checkpoint.ifPresent(
                path -> flink.set(StateRecoveryOptions.SAVEPOINT_PATH, path.toUri().toString()));
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(plan.parallelism(), flink);
        FileSource<LineBlock> source =
                FileSource.forBulkFileFormat(
                                new BlockFormat(plan),
                                new org.apache.flink.core.fs.Path(round.planFile().toUri()))
                        .build();
        environment
                .fromSource(source, WatermarkStrategy.noWatermarks(), "log")
                .setParallelism(1)
                .uid("log")
                .rebalance()
                .flatMap(new ScoreBlocks(plan, models))
                .name("score")
                .uid("score")
                .sinkTo(
                        FileSink.<String>forRowFormat(
                                        new org.apache.flink.core.fs.Path(round.rows().toUri()),
                                        new SimpleStringEncoder<>())
                                .withBucketAssigner(new BasePathBucketAssigner<>())
                                .withRollingPolicy(OnCheckpointRollingPolicy.build())
                                .build())
                .name("rows")
                .uid("rows");
        return environment;
    }

    private void execute(StreamExecutionEnvironment environment)
            throws BadInputException, InterruptedException {
        long bytes = plan.files().stream().mapToLong(path -> path.toFile().length()).sum();
        // A total of no KiB would be an unknown one.
        long total = Math.max(1 << 10, bytes);
        JobClient job;
        try {
            job = environment.executeAsync("replay");
        } catch (Exception e) {
            throw new ReplayFailedException(e);
        }
        CompletableFuture<JobExecutionResult> result = job.getJobExecutionResult();
        try (Progress progress = Progress.start("replay", " KiB", total >> 10)) {
            while (true) {
                try {
                    result.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                    progress.done(total >> 10);
                    return;
                } catch (TimeoutException stillRunning) {
                    progress.done(consumed(job) >> 10);
                } catch (ExecutionException e) {
                    throw failure(e);
                }
            }
        } catch (InterruptedException e) {
            job.cancel();
            throw e;
        }
    }

    /** Bytes of input done; 0 while nobody has said yet. */
    private static long consumed(JobClient job) throws InterruptedException {
        try {
            Object value = job.getAccumulators().get().get(ScoreBlocks.CONSUMED);
            return value instanceof Long bytes ? Math.max(0, bytes) : 0;
        } catch (ExecutionException | IllegalStateException e) {
            // The job may just have ended, and its cluster with it; its result says how.
            return 0;
        }
    }

    private static RuntimeException failure(ExecutionException e) throws BadInputException {
        Optional<BadInputException> bad = ExceptionUtils.findThrowable(e, BadInputException.class);
        if (bad.isPresent()) {
            throw bad.get();
        }
        return new ReplayFailedException(e);
    }
}
