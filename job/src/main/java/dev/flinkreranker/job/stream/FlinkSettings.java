package dev.flinkreranker.job.stream;

import dev.flinkreranker.job.config.DeliveryConfig;
import dev.flinkreranker.job.config.JobConfig;
import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.core.execution.CheckpointingMode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the job sets of Flink's configuration. A field of the job's file wins over Flink's own
 * setting, and a line says so where the two differ; what neither names gets the job's default.
 */
final class FlinkSettings {

    private static final Logger LOG = LoggerFactory.getLogger(FlinkSettings.class);

    private final ReadableConfig given;
    private final Configuration settings = new Configuration();

    private FlinkSettings(ReadableConfig given) {
        this.given = given;
    }

    /**
     * @param given Flink's configuration where the job is submitted
     */
    static Configuration of(JobConfig config, ReadableConfig given) {
        return new FlinkSettings(given).of(config.delivery());
    }

    private Configuration of(DeliveryConfig delivery) {
        field(
                CheckpointingOptions.CHECKPOINTING_INTERVAL,
                "checkpoint_interval",
                delivery.checkpointInterval());
        field(
                CheckpointingOptions.CHECKPOINTING_TIMEOUT,
                "checkpoint_timeout",
                delivery.checkpointTimeout());
        field(
                CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE,
                "guarantee",
                delivery.guarantee() == DeliveryConfig.Guarantee.EXACTLY_ONCE
                        ? CheckpointingMode.EXACTLY_ONCE
                        : CheckpointingMode.AT_LEAST_ONCE);
        field(
                CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS,
                "checkpoint_min_pause",
                delivery.checkpointMinPause());
        field(
                CheckpointingOptions.TOLERABLE_FAILURE_NUMBER,
                "tolerable_failed_checkpoints",
                delivery.tolerableFailedCheckpoints());
        field(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                "checkpoint_dir",
                delivery.checkpointDir());
        // Behind a backlog an aligned barrier waits until every request before it is scored.
        field(
                CheckpointingOptions.ENABLE_UNALIGNED,
                "unaligned_checkpoints",
                delivery.unalignedCheckpoints());
        unlessGiven(CheckpointingOptions.ENABLE_UNALIGNED, true);
        // A request is kilobytes, so that sending it on at once costs next to nothing, and waiting
        // for a fuller buffer would delay it by up to 100 ms.
        unlessGiven(ExecutionOptions.BUFFER_TIMEOUT, Duration.ZERO);
        // Every element is immutable, so that nothing needs to be copied between functions; and
        // every type has a serializer of its own, so that state can evolve.
        settings.set(PipelineOptions.OBJECT_REUSE, true);
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        return settings;
    }

    private <T> void field(ConfigOption<T> option, String name, @Nullable T value) {
        if (value == null) {
            return;
        }
        given.getOptional(option)
                .filter(own -> !own.equals(value))
                .ifPresent(
                        own ->
                                LOG.warn(
                                        "{}: {} of Flink's configuration is not used:"
                                                + " delivery.{} is {}",
                                        option.key(),
                                        own,
                                        name,
                                        value));
        settings.set(option, value);
    }

    private <T> void unlessGiven(ConfigOption<T> option, T value) {
        if (given.getOptional(option).isEmpty() && settings.getOptional(option).isEmpty()) {
            settings.set(option, value);
        }
    }
}
