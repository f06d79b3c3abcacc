package dev.flinkreranker.job.stream;

import dev.flinkreranker.job.config.DeliveryConfig;
import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.KafkaProperties;
import dev.flinkreranker.job.config.RequestsConfig;
import dev.flinkreranker.job.config.RerankConfig;
import dev.flinkreranker.job.config.UsageConfig;
import dev.flinkreranker.job.kafka.KafkaTopicLimits;
import dev.flinkreranker.job.kafka.RawEventDeserializer;
import dev.flinkreranker.operators.config.StrictReader;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.event.TopicLimits;
import dev.flinkreranker.operators.pipeline.PipelineSettings;
import dev.flinkreranker.operators.pipeline.RerankPipeline;
import dev.flinkreranker.operators.rerank.EngineFactory;
import dev.flinkreranker.operators.resolve.HoldLimits;
import dev.flinkreranker.operators.resolve.ResolveSettings;
import dev.flinkreranker.operators.tenant.UnknownTenant;
import dev.flinkreranker.operators.usage.UsageRecords;
import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.RerankEngine;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import picocli.CommandLine;

/**
 * The job: requests from Kafka, through the {@link RerankPipeline}, results, dead letters and usage
 * to it.
 */
public final class StreamJob {

    private static final Duration SEND_AT_ONCE = Duration.ZERO;

    private StreamJob() {}

    /**
     * The entry of {@code flink run}; the arguments are those of {@link StreamCommand}. What is
     * wrong is thrown, so that Flink's client and its JobManager tell it.
     */
    public static void main(String[] arguments) throws Exception {
        StreamCommand command = new StreamCommand();
        CommandLine.ParseResult parsed = new CommandLine(command).parseArgs(arguments);
        if (CommandLine.executeHelpRequest(parsed) == null) {
            command.call();
        }
    }

    /** The engine of the process, with the job's settings. */
    public static EngineFactory engines(JobConfig config) {
        EngineSettings settings = config.rerank().engine();
        return () -> RerankEngine.acquire(settings);
    }

    /**
     * Puts the job into an environment; {@code execute} runs it.
     *
     * @param engines where the rerank operator gets its engine
     */
    public static void build(
            StreamExecutionEnvironment env, JobConfig config, EngineFactory engines) {
        env.configure(flinkSettings(config, env.getConfiguration()));
        if (config.parallelism() != null) {
            env.setParallelism(config.parallelism());
        }
        // Nothing here needs event time, and a watermark would hold up unordered results.
        DataStream<RawEvent> events =
                env.fromSource(source(config), WatermarkStrategy.noWatermarks(), "requests")
                        .uid("requests");
        PipelineSettings settings =
                pipeline(
                        config,
                        engines,
                        new KafkaTopicLimits(
                                KafkaProperties.sink(config), config.results().topic()));
        RerankPipeline pipeline =
                config.tenantConfigs() == null
                        ? RerankPipeline.attach(events, settings)
                        : RerankPipeline.attach(events, tenantConfigs(env, config), settings);
        write(pipeline.results(), RecordSinks.results(config), "results");
        write(pipeline.deadLetters(), RecordSinks.deadLetters(config), "dead-letters");
        UsageConfig usage = config.usage();
        if (usage != null) {
            DataStream<OutgoingRecord> records =
                    UsageRecords.attach(pipeline.usage(), usage.interval());
            write(records, RecordSinks.usage(config, usage), "usage-records");
        }
    }

    private static Configuration flinkSettings(JobConfig config, ReadableConfig given) {
        DeliveryConfig delivery = config.delivery();
        Configuration settings = new Configuration();
        settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, delivery.checkpointInterval());
        settings.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, delivery.checkpointTimeout());
        settings.set(
                CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE,
                delivery.guarantee() == DeliveryConfig.Guarantee.EXACTLY_ONCE
                        ? CheckpointingMode.EXACTLY_ONCE
                        : CheckpointingMode.AT_LEAST_ONCE);
        if (delivery.checkpointDir() != null) {
            settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, delivery.checkpointDir());
        }
        // A request is kilobytes, so that sending it on at once costs next to nothing, and waiting
        // for a fuller buffer would delay it by up to 100 ms.
        if (given.getOptional(ExecutionOptions.BUFFER_TIMEOUT).isEmpty()) {
            settings.set(ExecutionOptions.BUFFER_TIMEOUT, SEND_AT_ONCE);
        }
        // Every element is immutable, so that nothing needs to be copied between functions; and
        // every type has a serializer of its own, so that state can evolve.
        settings.set(PipelineOptions.OBJECT_REUSE, true);
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        return settings;
    }

    private static KafkaSource<RawEvent> source(JobConfig config) {
        RequestsConfig requests = config.requests();
        KafkaSourceBuilder<RawEvent> source =
                KafkaSource.<RawEvent>builder()
                        .setProperties(KafkaProperties.source(config))
                        .setTopics(requests.topic())
                        .setGroupId(requests.group())
                        .setClientIdPrefix(config.name())
                        .setStartingOffsets(offsets(requests.start()))
                        .setDeserializer(new RawEventDeserializer());
        if (requests.bounded()) {
            source.setBounded(offsets(requests.stop()));
        }
        return source.build();
    }

    /** Always the whole topic, by one reader: it is compacted, and its changes need an order. */
    private static DataStream<RawEvent> tenantConfigs(
            StreamExecutionEnvironment env, JobConfig config) {
        KafkaSourceBuilder<RawEvent> source =
                KafkaSource.<RawEvent>builder()
                        .setProperties(KafkaProperties.source(config))
                        .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")
                        .setTopics(config.tenantConfigs().topic())
                        .setClientIdPrefix(config.name() + "-tenants")
                        .setStartingOffsets(OffsetsInitializer.earliest())
                        .setDeserializer(new RawEventDeserializer());
        if (config.requests().bounded()) {
            source.setBounded(OffsetsInitializer.latest());
        }
        return env.fromSource(source.build(), WatermarkStrategy.noWatermarks(), "tenant configs")
                .uid("tenant-configs")
                .setParallelism(1);
    }

    /** Kafka deprecates the strategy's type, but the connector still asks for it. */
    @SuppressWarnings("deprecation")
    private static OffsetsInitializer offsets(String position) {
        return switch (position) {
            case RequestsConfig.COMMITTED ->
                    OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST);
            case RequestsConfig.EARLIEST -> OffsetsInitializer.earliest();
            case RequestsConfig.LATEST -> OffsetsInitializer.latest();
            default -> OffsetsInitializer.timestamp(Long.parseLong(position));
        };
    }

    /**
     * How the pipeline of a job works.
     *
     * @param results what the topic of results takes
     */
    public static PipelineSettings pipeline(
            JobConfig config, EngineFactory engines, TopicLimits.Reader results) {
        RerankConfig rerank = config.rerank();
        return new PipelineSettings(
                new ResolveSettings(
                        config.limits(),
                        config.directory(),
                        config.catalog(),
                        StrictReader.merge(config.defaults(), null)),
                config.unknownTenant() == UnknownTenant.HOLD
                        ? config.tenantConfigs().hold()
                        : HoldLimits.NONE,
                engines,
                rerank.parallelism(),
                rerank.capacity(),
                rerank.ordered(),
                rerank.timeout(),
                results);
    }

    private static void write(
            DataStream<OutgoingRecord> records, KafkaSink<OutgoingRecord> sink, String uid) {
        records.sinkTo(sink).name(uid).uid(uid);
    }
}
