package dev.flinkreranker.job.stream;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.state.StateFolder;
import dev.flinkreranker.job.state.StoredState;
import dev.flinkreranker.operators.config.InvalidConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ExceptionUtils;

/**
 * The job inside this process. It goes on from the newest state of an earlier run, and ends by a
 * signal with a savepoint, so that the same command can be stopped and started at any time.
 */
final class LocalRun {

    /** Over the checkpoint's own timeout, for a job that cannot even say that it failed. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final StreamExecutionEnvironment env;
    private final JobConfig job;
    private final PrintWriter err;
    private final CompletableFuture<String> outcome = new CompletableFuture<>();

    LocalRun(StreamExecutionEnvironment env, JobConfig job, PrintWriter err) {
        this.env = env;
        this.job = job;
        this.err = err;
    }

    /**
     * Runs it to its end or until a signal.
     *
     * @throws InvalidConfigException if the folder is in use, or its state does not fit
     */
    void run() throws Exception {
        Path root = StateFolder.of(job.name(), job.delivery().checkpointDir());
        try (StateFolder folder = StateFolder.take(root)) {
            Optional<StoredState> restored = restore(env, job, folder, err);
            StreamJob.lostRequests(job, env.getConfiguration()).ifPresent(err::println);
            JobClient client = submit(folder, restored);
            try (StopSignal signal = StopSignal.onFirst(() -> stop(client, folder))) {
                await(client, signal);
                if (signal.came()) {
                    err.printf("stopped; the same command goes on from %s%n", outcome.join());
                }
            }
        }
    }

    /** Sets the environment up to go on from the folder's newest state, and says so. */
    static Optional<StoredState> restore(
            StreamExecutionEnvironment env, JobConfig job, StateFolder folder, PrintWriter err)
            throws IOException {
        Optional<StoredState> newest = folder.newest(err::println);
        env.configure(folder.settings(newest));
        err.println(
                newest.map(state -> "goes on from %s".formatted(state.path()))
                        .orElseGet(
                                () ->
                                        "begins without state, by requests.start: %s; keeps it in %s"
                                                .formatted(job.requests().start(), folder.root())));
        return newest;
    }

    private JobClient submit(StateFolder folder, Optional<StoredState> restored) throws Exception {
        try {
            return env.executeAsync(job.name());
        } catch (Exception e) {
            if (restored.isEmpty()) {
                throw e;
            }
            throw new InvalidConfigException(
                    ("%s does not fit this configuration (%s). Undo what was changed, or move %s"
                                    + " away to begin without state, by requests.start")
                            .formatted(restored.get().path(), rootMessage(e), folder.root()));
        }
    }

    /** On the signal's thread. */
    private void stop(JobClient client, StateFolder folder) {
        err.println("stopping with a savepoint; a second signal ends the process at once");
        try {
            outcome.complete(
                    client.stopWithSavepoint(
                                    false,
                                    folder.savepoints().toUri().toString(),
                                    SavepointFormatType.CANONICAL)
                            .get(
                                    env.getConfiguration()
                                            .get(CheckpointingOptions.CHECKPOINTING_TIMEOUT)
                                            .plus(GRACE)
                                            .toMillis(),
                                    TimeUnit.MILLISECONDS));
        } catch (Exception e) {
            outcome.complete("the last checkpoint (no savepoint: %s)".formatted(rootMessage(e)));
            client.cancel();
        }
    }

    /** An end that was asked for is a good one. */
    private static void await(JobClient client, StopSignal signal) throws Exception {
        try {
            client.getJobExecutionResult().get();
        } catch (ExecutionException e) {
            if (!signal.came()) {
                throw new IllegalStateException("the job failed: " + rootMessage(e), e);
            }
        }
    }

    private static String rootMessage(Throwable error) {
        Throwable root = ExceptionUtils.stripExecutionException(error);
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }
}
