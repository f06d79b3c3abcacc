package dev.flinkreranker.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.graph.StreamGraph;

/**
 * A Flink cluster inside this JVM: one JobManager, one TaskManager, all files below one directory.
 */
public final class LocalFlink implements AutoCloseable {

    private final MiniCluster cluster;

    /**
     * Starts the cluster.
     *
     * @param slots of the TaskManager, at least the job's parallelism
     * @param directory for everything it puts on disk
     * @throws IOException when it does not start
     */
    public LocalFlink(int slots, Path directory) throws IOException {
        Configuration configuration = new Configuration();
        configuration.set(CoreOptions.TMP_DIRS, directory.toString());
        configuration.set(RestOptions.BIND_PORT, "0");
        configuration.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        configuration.set(JobManagerOptions.ADDRESS, "127.0.0.1");
        configuration.set(TaskManagerOptions.HOST, "127.0.0.1");
        // As image and manifests have it.
        configuration.set(TaskManagerOptions.BUFFER_DEBLOAT_ENABLED, true);
        this.cluster =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(configuration)
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(slots)
                                .build());
        try {
            cluster.start();
        } catch (Exception e) {
            close();
            throw new IOException("the local Flink cluster does not start: " + e.getMessage(), e);
        }
    }

    /** Submits a job; it runs until it ends by itself or {@link #cancel} is called. */
    public JobID submit(StreamGraph graph) throws InterruptedException, IOException {
        return await(cluster.submitJob(graph), "the job cannot be submitted").getJobID();
    }

    /** The state of a job. */
    public JobStatus status(JobID job) throws InterruptedException, IOException {
        return await(cluster.getJobStatus(job), "the job's state is unknown");
    }

    /** Why a failed job failed: the innermost cause, in one line. */
    public String failure(JobID job) throws InterruptedException, IOException {
        Throwable cause =
                await(cluster.requestJobResult(job), "the job's result is unknown")
                        .getSerializedThrowable()
                        .<Throwable>map(
                                error -> error.deserializeError(getClass().getClassLoader()))
                        .orElse(null);
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause == null ? "no reason given" : cause.toString();
    }

    /** Cancels a job and waits until it is gone. */
    public void cancel(JobID job) throws InterruptedException, IOException {
        await(cluster.cancelJob(job), "the job cannot be cancelled");
        await(cluster.requestJobResult(job), "the job does not end");
    }

    private static <T> T await(CompletableFuture<T> future, String problem)
            throws InterruptedException, IOException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IOException(problem + ": " + e.getCause().getMessage(), e.getCause());
        }
    }

    @Override
    public void close() throws IOException {
        // An interrupt that is pending would cut the shutdown short and leave files behind.
        boolean interrupted = Thread.interrupted();
        try {
            cluster.close();
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (Exception e) {
            throw new IOException("the local Flink cluster does not stop: " + e.getMessage(), e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
