package dev.flinkreranker.operators.pipeline;

import dev.flinkreranker.operators.ResolvedRequest;
import dev.flinkreranker.operators.deadletter.DeadLetterOutput;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.rerank.RerankFunction;
import dev.flinkreranker.operators.rerank.RerankOutput;
import dev.flinkreranker.operators.rerank.SplitFunction;
import dev.flinkreranker.operators.resolve.ResolveFunction;
import dev.flinkreranker.operators.usage.UsageEntry;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * The middle of the job: raw events in, results and dead letters out, whatever the source and the
 * sinks. Every event leaves as exactly one record.
 *
 * @param results the results
 * @param deadLetters the events that get none
 * @param usage what is counted for each request that reached the rerank operator
 */
public record RerankPipeline(
        DataStream<OutgoingRecord> results,
        DataStream<OutgoingRecord> deadLetters,
        DataStream<UsageEntry> usage) {

    /**
     * Attaches the operators to a stream of events. Its elements carry the records' timestamps. All
     * tenants are those of the settings.
     */
    public static RerankPipeline attach(DataStream<RawEvent> events, PipelineSettings settings) {
        SingleOutputStreamOperator<ResolvedRequest> resolved =
                events.process(
                                new ResolveFunction(settings.resolve()),
                                TypeInformation.of(ResolvedRequest.class))
                        .name("parse and resolve")
                        .uid("resolve");
        return rerank(resolved, resolved.getSideOutput(DeadLetterOutput.TAG), settings);
    }

    /**
     * Attaches the operators to a stream of events, with configs that change while it runs.
     *
     * @param configs records of the tenants' topic: the key is the tenant's id, the value its
     *     config as JSON, no value deletes it; those of one tenant in their order
     */
    public static RerankPipeline attach(
            DataStream<RawEvent> events, DataStream<RawEvent> configs, PipelineSettings settings) {
        LiveTenants resolved = LiveTenants.resolve(events, configs, settings);
        return rerank(resolved.requests(), resolved.deadLetters(), settings);
    }

    private static RerankPipeline rerank(
            DataStream<ResolvedRequest> resolved,
            DataStream<OutgoingRecord> rejected,
            PipelineSettings settings) {
        SingleOutputStreamOperator<OutgoingRecord> results =
                rerank(resolved, settings)
                        .name("rerank")
                        .uid("rerank")
                        .process(new SplitFunction(), TypeInformation.of(OutgoingRecord.class))
                        // Metrics go by this name, savepoints by this uid.
                        .name("route")
                        .uid("route");
        return new RerankPipeline(
                results,
                rejected.union(results.getSideOutput(DeadLetterOutput.TAG)),
                results.getSideOutput(SplitFunction.USAGE));
    }

    private static SingleOutputStreamOperator<RerankOutput> rerank(
            DataStream<ResolvedRequest> resolved, PipelineSettings settings) {
        RerankFunction function =
                new RerankFunction(
                        settings.resolve().limits(),
                        settings.resolve().catalog(),
                        settings.engines(),
                        settings.timeout(),
                        settings.results());
        // Zero is Flink's word for no timeout.
        long timeoutMs = settings.timeout() == null ? 0 : settings.timeout().toMillis();
        if (settings.ordered()) {
            return AsyncDataStream.orderedWait(
                    resolved, function, timeoutMs, TimeUnit.MILLISECONDS, settings.capacity());
        }
        // The rebalance keeps a skew of the source's partitions away from the devices.
        SingleOutputStreamOperator<RerankOutput> reranked =
                AsyncDataStream.unorderedWait(
                        resolved.rebalance(),
                        function,
                        timeoutMs,
                        TimeUnit.MILLISECONDS,
                        settings.capacity());
        return settings.parallelism() == 0
                ? reranked
                : reranked.setParallelism(settings.parallelism());
    }
}
