package dev.flinkreranker.job.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

class StreamJobTest {

    private static final String CONFIG =
            """
            requests: {topic: in}
            results: {topic: out}
            dead_letters: {topic: dead}
            kafka: {bootstrap.servers: "k:1"}
            models: {small: {directory: /m}}
            defaults: {model: small}
            """;

    @Test
    void noRequestWaitsForAFullerBuffer() {
        assertThat(build(new Configuration()).getBufferTimeout()).isZero();
    }

    @Test
    void whoSetsTheBufferTimeoutHimselfKeepsIt() {
        Configuration given = new Configuration();
        given.set(ExecutionOptions.BUFFER_TIMEOUT, Duration.ofMillis(30));

        assertThat(build(given).getBufferTimeout()).isEqualTo(30);
    }

    private static StreamExecutionEnvironment build(Configuration given) {
        JobConfig config = JobConfigReader.parse(CONFIG);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(given);
        StreamJob.build(env, config, StreamJob.engines(config));
        return env;
    }
}
