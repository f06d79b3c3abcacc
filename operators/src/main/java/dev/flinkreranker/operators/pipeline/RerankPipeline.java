package dev.flinkreranker.operators.pipeline;

import dev.flinkreranker.operators.ResolvedRequest;
import dev.flinkreranker.operators.deadletter.DeadLetterOutput;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.event.TopicLimits;
import dev.flinkreranker.operators.rerank.ModelWaitFactory;
import dev.flinkreranker.operators.rerank.RerankFunction;
import dev.flinkreranker.operators.rerank.RerankOperatorFactory;
import dev.flinkreranker.operators.rerank.RerankOutput;
import dev.flinkreranker.operators.rerank.SplitFunction;
import dev.flinkreranker.operators.resolve.ResolveFunction;
import dev.flinkreranker.operators.usage.UsageEntry;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.AsyncDataStream.OutputMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.jspecify.annotations.Nullable;

/**
 * The middle of the job: raw events in, results and dead letters out, whatever the source and the
 * sinks. Every event leaves as exactly one record, unless it is set aside, and then when it comes
 * back.
 *
 * @param results the results
 * @param deadLetters the events that get none
 * @param usage what is counted for each request that reached the rerank operator
 * @param overflow the events that are set aside ({@link
 *     dev.flinkreranker.operators.event.OverflowRecord}); null where none is
 */
public record RerankPipeline(
        DataStream<OutgoingRecord> results,
        DataStream<OutgoingRecord> deadLetters,
        DataStream<UsageEntry> usage,
        @Nullable DataStream<OutgoingRecord> overflow) {

    /**
     * Attaches the operators to a stream of events. Its elements carry the records' timestamps. All
     * tenants are those of the settings, and nothing is set aside.
     */
    public static RerankPipeline attach(DataStream<RawEvent> events, PipelineSettings settings) {
        return attach(new PipelineInputs(events, null, null), settings);
    }

    /**
     * Attaches the operators to streams of events and configs. With a stream of events that were
     * set aside, a tenant with more than its share under way does not hold up the others: what it
     * has too much goes to {@link #overflow}, and whoever attaches this leads it there.
     */
    public static RerankPipeline attach(PipelineInputs inputs, PipelineSettings settings) {
        if (inputs.configs() != null) {
            LiveTenants live = LiveTenants.resolve(inputs, settings);
            return rerank(live.requests(), live.overflow(), live.deadLetters(), settings);
        }
        SingleOutputStreamOperator<ResolvedRequest> main =
                resolve(inputs.events(), settings, Lane.MAIN);
        DataStream<OutgoingRecord> rejected = main.getSideOutput(DeadLetterOutput.TAG);
        if (inputs.overflow() == null) {
            return rerank(main, null, rejected, settings);
        }
        SingleOutputStreamOperator<ResolvedRequest> overflow =
                resolve(inputs.overflow(), settings, Lane.OVERFLOW);
        return rerank(
                main,
                overflow,
                rejected.union(overflow.getSideOutput(DeadLetterOutput.TAG)),
                settings);
    }

    private static SingleOutputStreamOperator<ResolvedRequest> resolve(
            DataStream<RawEvent> events, PipelineSettings settings, Lane lane) {
        return events.process(
                        new ResolveFunction(settings.resolve()),
                        TypeInformation.of(ResolvedRequest.class))
                .name(lane.name("parse and resolve"))
                .uid(lane.uid("resolve"));
    }

    private static RerankPipeline rerank(
            DataStream<ResolvedRequest> requests,
            @Nullable DataStream<ResolvedRequest> overflow,
            DataStream<OutgoingRecord> rejected,
            PipelineSettings settings) {
        if (overflow == null) {
            SingleOutputStreamOperator<OutgoingRecord> only =
                    rerank(requests, settings, Lane.MAIN, 0);
            return new RerankPipeline(
                    only,
                    rejected.union(only.getSideOutput(DeadLetterOutput.TAG)),
                    only.getSideOutput(SplitFunction.USAGE),
                    null);
        }
        SingleOutputStreamOperator<OutgoingRecord> main =
                rerank(requests, settings, Lane.MAIN, settings.capacity());
        SingleOutputStreamOperator<OutgoingRecord> second =
                rerank(overflow, settings, Lane.OVERFLOW, 0);
        return new RerankPipeline(
                main.union(second),
                rejected.union(
                        main.getSideOutput(DeadLetterOutput.TAG),
                        second.getSideOutput(DeadLetterOutput.TAG)),
                main.getSideOutput(SplitFunction.USAGE)
                        .union(second.getSideOutput(SplitFunction.USAGE)),
                main.getSideOutput(SplitFunction.OVERFLOW));
    }

    /**
     * @param shared how many requests under way the tenants share; 0 where all may wait
     */
    private static SingleOutputStreamOperator<OutgoingRecord> rerank(
            DataStream<ResolvedRequest> requests,
            PipelineSettings settings,
            Lane lane,
            int shared) {
        return reranked(requests, settings, lane, shared)
                .name(lane.name("rerank"))
                .uid(lane.uid("rerank"))
                .process(new SplitFunction(), TypeInformation.of(OutgoingRecord.class))
                // Metrics go by this name, savepoints by this uid.
                .name(lane.name("route"))
                .uid(lane.uid("route"));
    }

    private static SingleOutputStreamOperator<RerankOutput> reranked(
            DataStream<ResolvedRequest> requests,
            PipelineSettings settings,
            Lane lane,
            int shared) {
        RerankFunction function =
                new RerankFunction(
                        settings.resolve().limits(),
                        settings.resolve().catalog(),
                        settings.engines(),
                        settings.timeout(),
                        shared,
                        settings.windowBytes(),
                        settings.results(),
                        shared > 0 ? settings.overflow() : TopicLimits.Reader.NONE);
        if (settings.ordered()) {
            return reranked(requests, function, settings, settings.capacity(), OutputMode.ORDERED);
        }
        // What only passes through, on its way elsewhere, needs a place too.
        int passing = shared > 0 ? 1 : 0;
        return inParallel(
                reranked(
                        ready(requests, settings, lane),
                        function,
                        settings,
                        settings.capacity() + passing,
                        OutputMode.UNORDERED),
                settings);
    }

    private static SingleOutputStreamOperator<RerankOutput> reranked(
            DataStream<ResolvedRequest> requests,
            RerankFunction function,
            PipelineSettings settings,
            int capacity,
            OutputMode mode) {
        // Zero is Flink's word for no timeout.
        long timeoutMs = settings.timeout() == null ? 0 : settings.timeout().toMillis();
        return requests.transform(
                "rerank",
                TypeInformation.of(RerankOutput.class),
                new RerankOperatorFactory(function, timeoutMs, capacity, mode));
    }

    /** Requests that need not wait for their model, in no order. */
    private static DataStream<ResolvedRequest> ready(
            DataStream<ResolvedRequest> resolved, PipelineSettings settings, Lane lane) {
        // The rebalance keeps a skew of the source's partitions away from the devices.
        return inParallel(
                        resolved.rebalance()
                                .transform(
                                        lane.name("wait for model"),
                                        resolved.getType(),
                                        new ModelWaitFactory(
                                                settings.resolve().catalog(), settings.engines())),
                        settings)
                .uid(lane.uid("model-wait"));
    }

    private static <T> SingleOutputStreamOperator<T> inParallel(
            SingleOutputStreamOperator<T> operator, PipelineSettings settings) {
        return settings.parallelism() == 0
                ? operator
                : operator.setParallelism(settings.parallelism());
    }
}
