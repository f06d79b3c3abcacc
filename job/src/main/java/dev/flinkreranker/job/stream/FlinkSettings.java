package dev.flinkreranker.job.stream;

import dev.flinkreranker.job.config.DeliveryConfig;
import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.operators.config.DurationText;
import dev.flinkreranker.operators.config.InvalidConfigException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.jspecify.annotations.Nullable;

/**
 * What the job sets of Flink's configuration. A field of the job's file wins over Flink's own
 * setting, and a line says so where the two differ; what neither names gets the job's default. The
 * guarantee alone is the file's even where it names none: sinks and checkpoints must have the same.
 */
final class FlinkSettings {

    private final ReadableConfig given;
    private final Consumer<String> warnings;
    private final Configuration settings = new Configuration();

    private FlinkSettings(ReadableConfig given, Consumer<String> warnings) {
        this.given = given;
        this.warnings = warnings;
    }

    /**
     * @param given Flink's configuration where the job is submitted
     * @param warnings takes a line for each setting of it that the file overrides
     * @throws InvalidConfigException if transactions do not outlast checkpoints
     */
    static Configuration of(JobConfig config, ReadableConfig given, Consumer<String> warnings) {
        return new FlinkSettings(given, warnings).of(config.delivery());
    }

    /**
     * What makes checkpoints of a job in a cluster slow behind a backlog, which only the cluster's
     * own configuration can change.
     *
     * @param given Flink's configuration where the job is submitted
     * @return a warning; empty where nothing does
     */
    static Optional<String> slowCheckpoints(JobConfig config, ReadableConfig given) {
        return config.tenantConfigs() == null
                        || given.get(TaskManagerOptions.BUFFER_DEBLOAT_ENABLED)
                ? Optional.empty()
                : Optional.of(
                        TaskManagerOptions.BUFFER_DEBLOAT_ENABLED.key()
                                + " is not true here. Where it is not on the TaskManagers either, a"
                                + " checkpoint of a job with tenant_configs also waits for the"
                                + " requests in network buffers, behind a backlog many batches'"
                                + " worth");
    }

    private Configuration of(DeliveryConfig delivery) {
        field(
                CheckpointingOptions.CHECKPOINTING_INTERVAL,
                "checkpoint_interval",
                delivery.checkpointInterval());
        unlessGiven(
                CheckpointingOptions.CHECKPOINTING_INTERVAL, DeliveryConfig.CHECKPOINT_INTERVAL);
        field(
                CheckpointingOptions.CHECKPOINTING_TIMEOUT,
                "checkpoint_timeout",
                delivery.checkpointTimeout());
        unlessGiven(CheckpointingOptions.CHECKPOINTING_TIMEOUT, DeliveryConfig.CHECKPOINT_TIMEOUT);
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
        requireOutlasted(delivery);
        // Behind a backlog an aligned barrier waits until every request before it is scored.
        field(
                CheckpointingOptions.ENABLE_UNALIGNED,
                "unaligned_checkpoints",
                delivery.unalignedCheckpoints());
        unlessGiven(CheckpointingOptions.ENABLE_UNALIGNED, true);
        // Nor does a barrier overtake what is in buffers before an operator that takes tenants'
        // configs: Flink aligns all inputs of one that something is broadcast to. So that is to be
        // little. This reaches a local run's TaskManager; a cluster's have their own settings.
        unlessGiven(TaskManagerOptions.BUFFER_DEBLOAT_ENABLED, true);
        // The requests under way are operator state. Uncompressed, Flink reads it byte by byte from
        // the file, so that a restart takes minutes where it could take seconds.
        unlessGiven(ExecutionOptions.SNAPSHOT_COMPRESSION, true);
        // A request is kilobytes, so that sending it on at once costs next to nothing, and waiting
        // for a fuller buffer would delay it by up to 100 ms.
        unlessGiven(ExecutionOptions.BUFFER_TIMEOUT, Duration.ZERO);
        // Every element is immutable, so that nothing needs to be copied between functions; and
        // every type has a serializer of its own, so that state can evolve.
        settings.set(PipelineOptions.OBJECT_REUSE, true);
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        return settings;
    }

    /** Checkpoints by Flink's settings may take longer than the file's transactions last. */
    private void requireOutlasted(DeliveryConfig delivery) {
        try {
            delivery.withCheckpoints(
                    effective(CheckpointingOptions.CHECKPOINTING_INTERVAL).orElseThrow(),
                    effective(CheckpointingOptions.CHECKPOINTING_TIMEOUT).orElseThrow(),
                    effective(CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS).orElse(null));
        } catch (InvalidConfigException e) {
            throw new InvalidConfigException(
                    "delivery.%s; what the file does not say of checkpoints is Flink's execution.checkpointing.*"
                            .formatted(e.getMessage()));
        }
    }

    private <T> Optional<T> effective(ConfigOption<T> option) {
        return settings.getOptional(option).or(() -> given.getOptional(option));
    }

    private <T> void field(ConfigOption<T> option, String name, @Nullable T value) {
        if (value == null) {
            return;
        }
        given.getOptional(option)
                .filter(own -> !own.equals(value))
                .ifPresent(
                        own ->
                                warnings.accept(
                                        "%s: %s of Flink's configuration is not used: delivery.%s is %s"
                                                .formatted(
                                                        option.key(),
                                                        text(own),
                                                        name,
                                                        text(value))));
        settings.set(option, value);
    }

    private static String text(Object value) {
        return value instanceof Duration duration ? DurationText.of(duration) : value.toString();
    }

    private <T> void unlessGiven(ConfigOption<T> option, T value) {
        if (given.getOptional(option).isEmpty() && settings.getOptional(option).isEmpty()) {
            settings.set(option, value);
        }
    }
}
