package dev.flinkreranker.job.stream;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.operators.config.InvalidConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.LocalStreamEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.FileUtils;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the streaming job: in this process, or in the cluster that {@code flink run} speaks to. */
@Command(
        name = "stream",
        mixinStandardHelpOptions = true,
        description = {
            "Rerank requests from Kafka to Kafka, until stopped or, with requests.stop, to the end.",
            "The job runs in a local Flink; 'flink run' runs it in a cluster."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the job ended, or the configuration is good", "2:bad input or usage"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./rerank stream --config stream.yaml",
            "  ./rerank stream --config stream.yaml --check",
            "  flink run -c dev.flinkreranker.job.stream.StreamJob reranker-job.jar \\",
            "      --config stream.yaml"
        })
public final class StreamCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(StreamCommand.class);

    @Spec private CommandSpec spec;

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "The job's configuration; example-stream.yaml shows every field.")
    private Path config;

    @Option(names = "--check", description = "Check the configuration, run nothing.")
    private boolean check;

    @Override
    public Integer call() throws Exception {
        if (check) {
            JobConfig read = read();
            spec.commandLine()
                    .getOut()
                    .printf(
                            "%s: good; %d models, %d tenants%n",
                            config, read.models().size(), read.tenants().size());
            spec.commandLine().getOut().flush();
            return 0;
        }
        run();
        return 0;
    }

    /** Reads the configuration and runs the job to its end. */
    private void run() throws Exception {
        JobConfig job = read();
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        checkAccess(job, env instanceof LocalStreamEnvironment);
        StreamJob.build(env, job, StreamJob.engines(job));
        if (env instanceof LocalStreamEnvironment && !hasCheckpointDirectory(env)) {
            runLocally(env, job);
        } else {
            env.execute(job.name());
        }
    }

    /** In a cluster a broker that is away may come back, and a restarting job waits for it. */
    private static void checkAccess(JobConfig job, boolean local) throws InterruptedException {
        try {
            KafkaAccess.check(job);
        } catch (TimeoutException e) {
            if (local) {
                throw new InvalidConfigException(e.getMessage());
            }
            LOG.warn("The job starts all the same: {}", e.getMessage());
        }
    }

    /** Says what could not be checked here. */
    private JobConfig read() throws IOException {
        JobConfig job = JobConfigReader.read(config);
        PrintWriter err = spec.commandLine().getErr();
        job.unread().forEach(err::println);
        err.flush();
        return job;
    }

    private static boolean hasCheckpointDirectory(StreamExecutionEnvironment env) {
        return env.getConfiguration()
                .getOptional(CheckpointingOptions.CHECKPOINTS_DIRECTORY)
                .isPresent();
    }

    /** Flink's default keeps checkpoints on the heap and refuses those above 5 MB. */
    private static void runLocally(StreamExecutionEnvironment env, JobConfig job) throws Exception {
        Path checkpoints = Files.createTempDirectory("reranker-checkpoints-");
        Thread cleaner = new Thread(() -> deleteQuietly(checkpoints));
        Runtime.getRuntime().addShutdownHook(cleaner);
        env.configure(
                new Configuration()
                        .set(
                                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                                checkpoints.toUri().toString()));
        env.execute(job.name());
    }

    private static void deleteQuietly(Path directory) {
        try {
            FileUtils.deleteDirectory(directory.toFile());
        } catch (IOException e) {
            // A job that is stopped by a signal may still write; the system clears its temporary
            // directory.
        }
    }
}
