package dev.flinkreranker.operators.pipeline;

import dev.flinkreranker.operators.ResolvedRequest;
import dev.flinkreranker.operators.deadletter.DeadLetterOutput;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.event.TopicLimits;
import dev.flinkreranker.operators.record.RecordCodec;
import dev.flinkreranker.operators.record.RerankOutput;
import dev.flinkreranker.operators.record.SplitFunction;
import dev.flinkreranker.operators.rerank.OperatorNames;
import dev.flinkreranker.operators.resolve.ResolveFunction;
import dev.flinkreranker.operators.usage.UsageEntry;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeinfo.TypeInformation;
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
@Internal
public record RerankPipeline(
        DataStream<OutgoingRecord> results,
        DataStream<OutgoingRecord> deadLetters,
        DataStream<UsageEntry> usage,
        @Nullable DataStream<OutgoingRecord> overflow) {

    /** Of the operators that events take as they come. */
    static final OperatorNames MAIN = new OperatorNames("", "");

    /** Of those for events that were set aside, which may wait there. */
    static final OperatorNames OVERFLOW = new OperatorNames("overflow ", "overflow-");

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
        SingleOutputStreamOperator<ResolvedRequest> main = resolve(inputs.events(), settings, MAIN);
        DataStream<OutgoingRecord> rejected = main.getSideOutput(DeadLetterOutput.TAG);
        if (inputs.overflow() == null) {
            return rerank(main, null, rejected, settings);
        }
        SingleOutputStreamOperator<ResolvedRequest> overflow =
                resolve(inputs.overflow(), settings, OVERFLOW);
        return rerank(
                main,
                overflow,
                rejected.union(overflow.getSideOutput(DeadLetterOutput.TAG)),
                settings);
    }

    private static SingleOutputStreamOperator<ResolvedRequest> resolve(
            DataStream<RawEvent> events, PipelineSettings settings, OperatorNames lane) {
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
                    rerank(requests, settings, MAIN, false);
            return new RerankPipeline(
                    only,
                    rejected.union(only.getSideOutput(DeadLetterOutput.TAG)),
                    only.getSideOutput(SplitFunction.USAGE),
                    null);
        }
        SingleOutputStreamOperator<OutgoingRecord> main = rerank(requests, settings, MAIN, true);
        SingleOutputStreamOperator<OutgoingRecord> second =
                rerank(overflow, settings, OVERFLOW, false);
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
     * @param shared whether tenants share the requests under way; else all may wait
     */
    private static SingleOutputStreamOperator<OutgoingRecord> rerank(
            DataStream<ResolvedRequest> requests,
            PipelineSettings settings,
            OperatorNames lane,
            boolean shared) {
        RecordCodec codec =
                new RecordCodec(
                        settings.resolve().limits(),
                        settings.results(),
                        shared ? settings.overflow() : TopicLimits.Reader.NONE);
        return settings.stage()
                .attach(requests, codec, TypeInformation.of(RerankOutput.class), lane, shared)
                .process(new SplitFunction(), TypeInformation.of(OutgoingRecord.class))
                .name(lane.name("route"))
                .uid(lane.uid("route"));
    }
}
