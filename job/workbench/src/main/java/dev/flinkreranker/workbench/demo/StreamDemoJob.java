package dev.flinkreranker.workbench.demo;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.job.stream.StreamJob;
import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.RerankEngine;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/**
 * The stream job as in production, exactly once, with one model and one tenant. Its configuration
 * goes through the same reader as a file of a user. It computes in float32, the reference's type,
 * so that it prints the same scores on every processor.
 */
final class StreamDemoJob implements DemoJob {

    private static final String CONFIG =
            """
            name: demo
            parallelism: 1
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
              guarantee: exactly_once
              checkpoint_interval: 1 s
              checkpoint_dir: "%s"
            models:
              small:
                directory: "%s"
                dtype: float32
            defaults:
              model: small
              max_length: %d
              cutoff_layers: %s
            tenants:
              %s: {}
            unknown_tenant: reject
            """;

    private final Path model;
    private final int maxLength;
    private final List<Integer> cutoffLayers;

    /**
     * A job that scores with a model.
     *
     * @param model directory of the checkpoint
     * @param maxLength limit of a pair in tokens
     * @param cutoffLayers layers whose state is scored, ascending
     */
    StreamDemoJob(Path model, int maxLength, List<Integer> cutoffLayers) {
        this.model = model;
        this.maxLength = maxLength;
        this.cutoffLayers = List.copyOf(cutoffLayers);
    }

    @Override
    public StreamGraph graph(DemoTopics topics, Path directory) {
        JobConfig config =
                JobConfigReader.parse(
                        CONFIG.formatted(
                                topics.bootstrapServers(),
                                topics.requests(),
                                topics.results(),
                                topics.deadLetters(),
                                directory.resolve("checkpoints").toUri(),
                                model.toAbsolutePath(),
                                maxLength,
                                cutoffLayers,
                                DemoEvents.TENANT));
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
        EngineSettings engine = config.rerank().engine();
        StreamJob.build(env, config, () -> RerankEngine.acquire(engine));
        return env.getStreamGraph();
    }
}
