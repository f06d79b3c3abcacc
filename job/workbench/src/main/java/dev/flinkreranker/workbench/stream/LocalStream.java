package dev.flinkreranker.workbench.stream;

import dev.flinkreranker.job.config.DeliveryConfig.Guarantee;
import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.job.stream.StreamJob;
import dev.flinkreranker.operators.rerank.EngineFactory;
import dev.flinkreranker.runtime.engine.ModelReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/**
 * The stream job with one model. Its configuration goes through the same reader as a file of a
 * user.
 *
 * @param name of the job
 * @param parallelism of the job
 * @param guarantee what is promised about delivery
 * @param checkpointInterval time between checkpoints
 * @param model the model
 * @param settings of all tenants, and who the tenants are: the sections {@code defaults} and {@code
 *     tenants} of the file, where the model is called {@code local}
 */
public record LocalStream(
        String name,
        int parallelism,
        Guarantee guarantee,
        Duration checkpointInterval,
        ModelReference model,
        String settings) {

    private static final String CONFIG =
            """
            name: %s
            parallelism: %d
            kafka:
              bootstrap.servers: "%s"
            requests:
              topic: %s
              start: earliest
            results:
              topic: %s
            dead_letters:
              topic: %s
            delivery:
              guarantee: %s
              checkpoint_interval: %d ms
              checkpoint_dir: "%s"
            models:
              local:
                directory: "%s"
                dtype: %s
            %s""";

    /**
     * The job's graph.
     *
     * @param topics where it reads and writes
     * @param directory for its checkpoints
     */
    public StreamGraph graph(StreamTopics topics, Path directory) {
        JobConfig config = config(topics, directory);
        return graph(config, StreamJob.engines(config));
    }

    /**
     * The job's graph, on other engines than the process's.
     *
     * @param topics where it reads and writes
     * @param directory for its checkpoints
     */
    public StreamGraph graph(StreamTopics topics, Path directory, EngineFactory engines) {
        return graph(config(topics, directory), engines);
    }

    private JobConfig config(StreamTopics topics, Path directory) {
        return JobConfigReader.parse(
                        CONFIG.formatted(
                                name,
                                parallelism,
                                topics.bootstrapServers(),
                                topics.requests(),
                                topics.results(),
                                topics.deadLetters(),
                                lowerCase(guarantee),
                                checkpointInterval.toMillis(),
                                directory.resolve("checkpoints").toUri(),
                                model.path().toAbsolutePath(),
                                lowerCase(model.computeType()),
                                settings));
    }

    private static StreamGraph graph(JobConfig config, EngineFactory engines) {
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(
                        // A checkpoint need not wait for what stands before a slow device.
                        new Configuration().set(CheckpointingOptions.ENABLE_UNALIGNED, true));
        StreamJob.build(env, config, engines);
        return env.getStreamGraph();
    }

    private static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
