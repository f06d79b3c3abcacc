package dev.flinkreranker.job.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.operators.tenant.UnknownTenant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StreamJobTest {

    /** What every file must say. */
    static final String CONFIG =
            """
            requests: {topic: in}
            results: {topic: out}
            dead_letters: {topic: dead}
            kafka: {bootstrap.servers: "127.0.0.1:1"}
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

    @Test
    void aCheckpointDoesNotWaitForTheBacklogBeforeIt() {
        assertThat(setting(new Configuration(), "", CheckpointingOptions.ENABLE_UNALIGNED))
                .isTrue();

        Configuration given = new Configuration();
        given.set(CheckpointingOptions.ENABLE_UNALIGNED, false);
        assertThat(setting(given, "", CheckpointingOptions.ENABLE_UNALIGNED)).isFalse();
        String field = "delivery: {unaligned_checkpoints: true}\n";
        assertThat(setting(given, field, CheckpointingOptions.ENABLE_UNALIGNED)).isTrue();
        assertThat(setting(given, "", TaskManagerOptions.BUFFER_DEBLOAT_ENABLED))
                .as("few wait where no barrier overtakes them")
                .isTrue();
    }

    private static <T> T setting(Configuration given, String fields, ConfigOption<T> option) {
        return build(given, CONFIG + fields).getConfiguration().get(option);
    }

    /**
     * Held requests lie in its state, and with it gone Flink restores no savepoint, or drops them.
     */
    @ParameterizedTest
    @EnumSource
    void theOperatorThatHoldsRequestsIsThereUnderEveryPolicy(UnknownTenant policy) {
        String yaml =
                CONFIG
                        + "tenant_configs: {topic: tenants}\nunknown_tenant: "
                        + policy.name().toLowerCase(Locale.ROOT);

        assertThat(
                        build(new Configuration(), yaml).getStreamGraph().getStreamNodes().stream()
                                .map(StreamNode::getTransformationUID))
                .contains("hold");
    }

    /** The broker does not exist, so a job that is started fails. */
    @Test
    void checkStartsNoJob(@TempDir Path directory) throws Exception {
        Path config = Files.writeString(directory.resolve("stream.yaml"), CONFIG);

        StreamJob.main(new String[] {"--config", config.toString(), "--check"});
    }

    @Test
    void helpNeedsNoConfiguration() throws Exception {
        StreamJob.main(new String[] {"--help"});
    }

    private static StreamExecutionEnvironment build(Configuration given) {
        return build(given, CONFIG);
    }

    private static StreamExecutionEnvironment build(Configuration given, String yaml) {
        JobConfig config = JobConfigReader.parse(yaml);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(given);
        StreamJob.build(env, config, StreamJob.engines(config));
        return env;
    }
}
