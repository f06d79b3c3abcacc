package dev.flinkreranker.tests.fuzz;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.job.stream.StreamJob;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.event.TopicLimits;
import dev.flinkreranker.operators.pipeline.PipelineSettings;
import dev.flinkreranker.operators.pipeline.RerankPipeline;
import dev.flinkreranker.operators.result.ResultDelivery;
import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.ModelOpener;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.tests.stream.TextHashScorer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * Mutated events through the whole pipeline on a local Flink that may not restart: each must become
 * one result or one dead letter. Most are scored by a hash, some by the real model.
 */
final class EventFuzz {

    private static final String HASH = "/hash";

    /** Functions run in this JVM, but are serialized on their way. */
    private static volatile Ledger ledger;

    private EventFuzz() {}

    /**
     * Runs to the end.
     *
     * @param model the directory of the real model
     * @param patience after which the job hangs
     * @throws Exception if an event failed the job, or the job hangs
     */
    static Ledger run(int events, long seed, Path model, Duration patience) throws Exception {
        ledger = new Ledger(seed, events);
        Configuration flink = new Configuration();
        flink.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        flink.set(PipelineOptions.OBJECT_REUSE, true);
        flink.set(PipelineOptions.GENERIC_TYPES, false);
        // What is under way goes through its serializers now and then.
        flink.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(500));
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(flink);
        env.setParallelism(2);
        DataStream<RawEvent> source =
                env.fromSource(
                                new NumberSequenceSource(0, events - 1),
                                WatermarkStrategy.noWatermarks(),
                                "numbers")
                        .map(number -> FuzzedEvents.of(seed, number))
                        .returns(TypeInformation.of(RawEvent.class));
        RerankPipeline pipeline = RerankPipeline.attach(source, settings(model));
        book(pipeline.results(), true);
        book(pipeline.deadLetters(), false);
        JobClient job = env.executeAsync("fuzz");
        job.getJobExecutionResult().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        return ledger;
    }

    private static void book(DataStream<OutgoingRecord> records, boolean results) {
        MapFunction<OutgoingRecord, OutgoingRecord> entry =
                record -> {
                    if (results) {
                        ledger.result(record);
                    } else {
                        ledger.deadLetter(record);
                    }
                    return record;
                };
        records.map(entry)
                .returns(TypeInformation.of(OutgoingRecord.class))
                .sinkTo(new DiscardingSink<>());
    }

    private static PipelineSettings settings(Path model) {
        JobConfig config =
                JobConfigReader.parse(
                        """
                        requests: {topic: requests, group: fuzz}
                        results: {topic: results}
                        dead_letters: {topic: dead-letters}
                        kafka: {bootstrap.servers: "none:1"}
                        limits:
                          {event_bytes: 20000, documents: 40, text_chars: 4000, depth: 24, record_bytes: 24000}
                        unknown_tenant: reject
                        models:
                          hash: {directory: %s}
                          small: {directory: "%s"}
                          missing: {directory: /nowhere}
                        defaults:
                          {model: hash, overrides: [model, top_n, return_documents, max_length, normalize, min_score]}
                        tenants:
                          acme: {version: 1}
                          default: {}
                          strict: {overrides: [], max_candidates: 3, on_failure: passthrough}
                          quiet: {model: none}
                          lost: {model: missing}
                          native: {model: small, cutoff_layers: [3], max_length: 64}
                        """
                                .formatted(HASH, model));
        return StreamJob.pipeline(
                config,
                () -> RerankEngine.open(EngineSettings.ofBatchTokens(2048), models()),
                ResultDelivery.to(TopicLimits.Reader.NONE),
                TopicLimits.Reader.NONE);
    }

    private static ModelOpener models() {
        return model ->
                model.directory().equals(HASH)
                        ? new TextHashScorer()
                        : ModelOpener.checkpoints().open(model);
    }
}
