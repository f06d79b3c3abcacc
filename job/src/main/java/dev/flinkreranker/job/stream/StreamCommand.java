package dev.flinkreranker.job.stream;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.job.state.StateFolder;
import dev.flinkreranker.operators.config.InvalidConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.streaming.api.environment.LocalStreamEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
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
            "The job runs in a local Flink; 'flink run' runs it in a cluster.",
            "A local run keeps its state in delivery.checkpoint_dir/NAME, by default in"
                    + " $$XDG_STATE_HOME/flink-reranker/NAME, and goes on from there. SIGTERM or"
                    + " Ctrl-C ends it with a savepoint."
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

    /** Held until the process ends, as long as the job in it may run. */
    private static final Set<StateFolder> TAKEN = ConcurrentHashMap.newKeySet();

    @Spec private CommandSpec spec;

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "The job's configuration; example-stream.yaml shows every field.")
    private Path config;

    @Option(names = "--check", description = "Check the configuration, run nothing.")
    private boolean check;

    @Option(
            names = "--skip-broker-check",
            description =
                    "Start without asking the brokers, where this host may not: they refuse then"
                            + " where the job runs.")
    private boolean skipBrokerCheck;

    @Option(
            names = "--resume",
            description =
                    "In a cluster without high availability, go on from the newest checkpoint or"
                            + " savepoint in the folder of checkpoints, which is on a disk of the"
                            + " JobManager. A local run always does.")
    private boolean resume;

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
        boolean local = env instanceof LocalStreamEnvironment;
        if (!skipBrokerCheck) {
            checkAccess(job, local);
        }
        if (!local) {
            FlinkSettings.slowCheckpoints(job, env.getConfiguration()).ifPresent(LOG::warn);
        }
        StreamJob.build(env, job, StreamJob.engines(job));
        if (local) {
            new LocalRun(env, job, spec.commandLine().getErr()).run();
        } else {
            if (resume) {
                resume(env, job);
            }
            StreamJob.lostRequests(job, env.getConfiguration()).ifPresent(LOG::warn);
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

    private void resume(StreamExecutionEnvironment env, JobConfig job) throws IOException {
        String folder = env.getConfiguration().get(CheckpointingOptions.CHECKPOINTS_DIRECTORY);
        if (folder == null) {
            throw new InvalidConfigException(
                    "--resume: nothing says where checkpoints are; set delivery.checkpoint_dir");
        }
        StateFolder state = StateFolder.take(StateFolder.of(job.name(), folder));
        TAKEN.add(state);
        PrintWriter err = spec.commandLine().getErr();
        LocalRun.restore(env, job, state, err);
        err.flush();
    }

    /** Says what could not be checked here. */
    private JobConfig read() throws IOException {
        JobConfig job = JobConfigReader.read(config);
        PrintWriter err = spec.commandLine().getErr();
        job.unread().forEach(err::println);
        err.flush();
        return job;
    }
}
