package dev.flinkreranker.job.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.operators.config.InvalidConfigException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose word counts: that of the job's file, of Flink's configuration, or of neither. */
class FlinkSettingsTest {

    private final List<String> warnings = new ArrayList<>();
    private final Configuration given = new Configuration();

    @BeforeEach
    void giveFlinksOwn() {
        given.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(30));
        given.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, Duration.ofMinutes(8));
        given.set(CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS, Duration.ofSeconds(2));
        given.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, 7);
        given.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, "file:/flinks");
        given.set(CheckpointingOptions.ENABLE_UNALIGNED, false);
    }

    @Test
    void onlyAJobWithTenantsFromATopicNeedsSmallBuffers() {
        String topic = "tenant_configs: {topic: tenants}\n";

        assertThat(slowCheckpoints("")).isEmpty();
        assertThat(slowCheckpoints(topic))
                .hasValueSatisfying(
                        warning ->
                                assertThat(warning)
                                        .contains(
                                                "taskmanager.network.memory.buffer-debloat.enabled"));
        given.set(TaskManagerOptions.BUFFER_DEBLOAT_ENABLED, true);
        assertThat(slowCheckpoints(topic)).isEmpty();
    }

    private Optional<String> slowCheckpoints(String fields) {
        return FlinkSettings.slowCheckpoints(
                JobConfigReader.parse(StreamJobTest.CONFIG + fields), given);
    }

    @Test
    void whatTheFileDoesNotNameIsFlinks() {
        Configuration job = new Configuration(given);
        job.addAll(of(given, ""));

        assertThat(job.toMap()).containsAllEntriesOf(given.toMap());
        assertThat(warnings).isEmpty();
    }

    @Test
    void whatNeitherNamesIsTheJobsDefault() {
        Configuration job = of(new Configuration(), "");

        assertThat(job.get(CheckpointingOptions.CHECKPOINTING_INTERVAL))
                .isEqualTo(Duration.ofSeconds(5));
        assertThat(job.get(CheckpointingOptions.CHECKPOINTING_TIMEOUT))
                .isEqualTo(Duration.ofMinutes(5));
        assertThat(job.get(CheckpointingOptions.ENABLE_UNALIGNED)).isTrue();
        assertThat(job.getOptional(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER)).isEmpty();
        assertThat(warnings).isEmpty();
    }

    @Test
    void aFieldWinsAndALineSaysSo() {
        Configuration job =
                of(
                        given,
                        """
                        delivery:
                          checkpoint_interval: 1s
                          checkpoint_timeout: 2min
                          checkpoint_min_pause: 2s
                          tolerable_failed_checkpoints: 1
                          checkpoint_dir: file:/files
                          unaligned_checkpoints: true
                        """);

        assertThat(job.get(CheckpointingOptions.CHECKPOINTING_INTERVAL))
                .isEqualTo(Duration.ofSeconds(1));
        assertThat(job.get(CheckpointingOptions.CHECKPOINTING_TIMEOUT))
                .isEqualTo(Duration.ofMinutes(2));
        assertThat(job.get(CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS))
                .isEqualTo(Duration.ofSeconds(2));
        assertThat(job.get(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER)).isEqualTo(1);
        assertThat(job.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY)).isEqualTo("file:/files");
        assertThat(job.get(CheckpointingOptions.ENABLE_UNALIGNED)).isTrue();
        assertThat(warnings)
                .containsExactly(
                        "execution.checkpointing.interval: 30s of Flink's configuration is not"
                                + " used: delivery.checkpoint_interval is 1s",
                        "execution.checkpointing.timeout: 8min of Flink's configuration is not"
                                + " used: delivery.checkpoint_timeout is 2min",
                        "execution.checkpointing.tolerable-failed-checkpoints: 7 of Flink's"
                                + " configuration is not used:"
                                + " delivery.tolerable_failed_checkpoints is 1",
                        "execution.checkpointing.dir: file:/flinks of Flink's configuration is"
                                + " not used: delivery.checkpoint_dir is file:/files",
                        "execution.checkpointing.unaligned.enabled: false of Flink's configuration"
                                + " is not used: delivery.unaligned_checkpoints is true");
    }

    /** Sinks and checkpoints must promise the same. */
    @Test
    void theGuaranteeIsTheFilesAlsoByDefault() {
        given.set(
                CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE,
                CheckpointingMode.AT_LEAST_ONCE);

        assertThat(of(given, "").get(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE))
                .isEqualTo(CheckpointingMode.EXACTLY_ONCE);
        assertThat(warnings)
                .containsExactly(
                        "execution.checkpointing.mode: AT_LEAST_ONCE of Flink's configuration is"
                                + " not used: delivery.guarantee is EXACTLY_ONCE");
    }

    @Test
    void transactionsMustOutlastFlinksCheckpointsToo() {
        given.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, Duration.ofMinutes(20));

        assertThatThrownBy(() -> of(given, ""))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessage(
                        "delivery.transaction_timeout (15min) must exceed checkpoint_interval +"
                                + " checkpoint_timeout (1230s), with time for a restart: the broker"
                                + " would drop results; what the file does not say of checkpoints"
                                + " is Flink's execution.checkpointing.*");
        of(given, "delivery: {checkpoint_timeout: 5min}");
    }

    private Configuration of(Configuration flinks, String fields) {
        return FlinkSettings.of(
                JobConfigReader.parse(StreamJobTest.CONFIG + fields), flinks, warnings::add);
    }
}
