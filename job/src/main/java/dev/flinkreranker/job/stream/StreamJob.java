package dev.flinkreranker.job.stream;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.KafkaProperties;
import dev.flinkreranker.job.config.OverflowConfig;
import dev.flinkreranker.job.config.RequestsConfig;
import dev.flinkreranker.job.config.RerankConfig;
import dev.flinkreranker.job.config.UsageConfig;
import dev.flinkreranker.job.kafka.EventSource;
import dev.flinkreranker.job.kafka.KeptOffsets;
import dev.flinkreranker.job.kafka.RawEventDeserializer;
import dev.flinkreranker.job.kafka.StartingOffsets;
import dev.flinkreranker.job.kafka.TopicSelection;
import dev.flinkreranker.operators.config.StrictReader;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.event.TopicLimits;
import dev.flinkreranker.operators.pipeline.PipelineInputs;
import dev.flinkreranker.operators.pipeline.PipelineSettings;
import dev.flinkreranker.operators.pipeline.RerankPipeline;
import dev.flinkreranker.operators.rerank.EngineFactory;
import dev.flinkreranker.operators.rerank.RerankStage;
import dev.flinkreranker.operators.resolve.HoldLimits;
import dev.flinkreranker.operators.resolve.ResolveSettings;
import dev.flinkreranker.operators.result.ResultDelivery;
import dev.flinkreranker.operators.tenant.UnknownTenant;
import dev.flinkreranker.operators.usage.UsageRecords;
import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.RerankEngine;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/**
 * The job: requests from Kafka, through the {@link RerankPipeline}, results, dead letters and usage
 * to it.
 */
public final class StreamJob {

    private static final Logger LOG = LoggerFactory.getLogger(StreamJob.class);

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
        env.configure(FlinkSettings.of(config, env.getConfiguration(), LOG::warn));
        if (config.parallelism() != null) {
            env.setParallelism(config.parallelism());
        }
        // Nothing here needs event time, and a watermark would hold up unordered results.
        DataStream<RawEvent> events =
                env.fromSource(source(config), WatermarkStrategy.noWatermarks(), "requests")
                        .uid("requests");
        OverflowConfig overflow = config.overflowInUse();
        PipelineSettings settings =
                pipeline(
                        config,
                        engines,
                        RecordSinks.results(config),
                        overflow == null
                                ? TopicLimits.Reader.NONE
                                : RecordSinks.limits(config, overflow.topic()));
        RerankPipeline pipeline =
                RerankPipeline.attach(
                        new PipelineInputs(
                                events,
                                config.tenantConfigs() == null ? null : tenantConfigs(env, config),
                                overflow == null ? null : OverflowLane.read(env, config, overflow)),
                        settings);
        write(pipeline.results(), RecordSinks.resultSink(config), "results");
        write(pipeline.deadLetters(), RecordSinks.deadLetters(config), "dead-letters");
        if (overflow != null) {
            OverflowLane.write(pipeline.overflow(), config, overflow);
        }
        UsageConfig usage = config.usage();
        if (usage != null) {
            DataStream<OutgoingRecord> records =
                    UsageRecords.attach(pipeline.usage(), usage.interval());
            write(records, RecordSinks.usage(config, usage), "usage-records");
        }
    }

    private static EventSource source(JobConfig config) {
        RequestsConfig requests = config.requests();
        Properties client = KafkaProperties.source(config);
        KafkaSourceBuilder<RawEvent> kafka =
                KafkaSource.<RawEvent>builder()
                        .setProperties(client)
                        .setGroupId(requests.group())
                        .setClientIdPrefix(config.name())
                        .setStartingOffsets(start(requests.start()))
                        .setDeserializer(new RawEventDeserializer());
        TopicSelection topics = requests.selection();
        if (topics.pattern() == null) {
            kafka.setTopics(topics.names());
        } else {
            kafka.setTopicPattern(Pattern.compile(topics.pattern()));
        }
        if (requests.bounded()) {
            kafka.setBounded(offsets(requests.stop()));
        }
        return new EventSource(
                kafka.build(),
                topics,
                EventSource.FormerTopics.DROP,
                new KeptOffsets(
                        client,
                        switch (requests.autoOffsetReset()) {
                            case EARLIEST -> KeptOffsets.Reset.EARLIEST;
                            case LATEST -> KeptOffsets.Reset.LATEST;
                            case NONE -> KeptOffsets.Reset.NONE;
                        }),
                requests.recordsPerSecond());
    }

    /** Always the whole topic, by one reader: it is compacted, and its changes need an order. */
    private static DataStream<RawEvent> tenantConfigs(
            StreamExecutionEnvironment env, JobConfig config) {
        Properties client = KafkaProperties.source(config);
        client.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        String topic = config.tenantConfigs().topic();
        KafkaSourceBuilder<RawEvent> kafka =
                KafkaSource.<RawEvent>builder()
                        .setProperties(client)
                        .setTopics(topic)
                        .setClientIdPrefix(config.name() + "-tenants")
                        .setStartingOffsets(StartingOffsets.of(OffsetsInitializer.earliest()))
                        .setDeserializer(new RawEventDeserializer());
        if (config.requests().bounded()) {
            kafka.setBounded(OffsetsInitializer.latest());
        }
        EventSource source =
                new EventSource(
                        kafka.build(),
                        TopicSelection.of(topic),
                        // Its tenants stay in the state, and a version of theirs would win.
                        EventSource.FormerTopics.REFUSE,
                        new KeptOffsets(client, KeptOffsets.Reset.EARLIEST),
                        null);
        return env.fromSource(source, WatermarkStrategy.noWatermarks(), "tenant configs")
                .uid("tenant-configs")
                .setParallelism(1);
    }

    private static StartingOffsets start(String position) {
        return position.equals(RequestsConfig.COMMITTED)
                ? StartingOffsets.committed()
                : StartingOffsets.of(offsets(position));
    }

    /**
     * What a start loses that is given no state to go on from. A cluster with high availability may
     * have state all the same.
     *
     * @param flink the configuration that the job is submitted with
     * @return a warning; empty where nothing is lost
     */
    static Optional<String> lostRequests(JobConfig config, ReadableConfig flink) {
        return config.requests().start().equals(RequestsConfig.COMMITTED)
                        && flink.getOptional(StateRecoveryOptions.SAVEPOINT_PATH).isEmpty()
                ? Optional.of(
                        "requests.start: committed: where no checkpoint or savepoint is restored,"
                                + " requests that were under way are lost, since the group's"
                                + " offsets are past them; earliest loses none")
                : Optional.empty();
    }

    private static OffsetsInitializer offsets(String position) {
        return switch (position) {
            case RequestsConfig.EARLIEST -> OffsetsInitializer.earliest();
            case RequestsConfig.LATEST -> OffsetsInitializer.latest();
            default -> OffsetsInitializer.timestamp(RequestsConfig.millis(position));
        };
    }

    /**
     * How the pipeline of a job works.
     *
     * @param results where results go
     * @param overflow what the overflow topic takes
     */
    public static PipelineSettings pipeline(
            JobConfig config,
            EngineFactory engines,
            ResultDelivery results,
            TopicLimits.Reader overflow) {
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
                new RerankStage(
                        config.catalog(),
                        engines,
                        rerank.parallelism(),
                        rerank.capacity(),
                        rerank.windowBytes(),
                        rerank.ordered(),
                        rerank.timeout()),
                results,
                overflow);
    }

    private static void write(DataStream<OutgoingRecord> records, RecordSink sink, String uid) {
        records.sinkTo(sink).name(uid).uid(uid);
    }
}
