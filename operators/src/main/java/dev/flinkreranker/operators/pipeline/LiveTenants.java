package dev.flinkreranker.operators.pipeline;

import dev.flinkreranker.operators.ResolvedRequest;
import dev.flinkreranker.operators.deadletter.DeadLetterOutput;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.rerank.OperatorNames;
import dev.flinkreranker.operators.resolve.HoldFunction;
import dev.flinkreranker.operators.resolve.LiveConfigs;
import dev.flinkreranker.operators.resolve.LiveResolveFunction;
import dev.flinkreranker.operators.resolve.PendingRequest;
import dev.flinkreranker.operators.resolve.ReleaseFunction;
import dev.flinkreranker.operators.resolve.ReleasedRequest;
import dev.flinkreranker.operators.resolve.TenantConfigFunction;
import dev.flinkreranker.operators.tenant.TenantUpdate;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.jspecify.annotations.Nullable;

/**
 * The front of the pipeline where tenants' configs come from a topic.
 *
 * <pre>
 * configs ── tenants ──> updates ─────── broadcast ───> resolve ──> resolved
 *              │ refused    └── by tenant ──> hold <── unknown ┘
 *              v                               └─> release ──> resolved
 *         dead letters
 * </pre>
 *
 * <p>Events that were set aside have a "resolve" of their own; what of them must wait for a config
 * waits with the others, and goes on with them.
 *
 * @param requests the events' requests with their settings
 * @param overflow likewise of events that were set aside; null where none is
 * @param deadLetters events without, and configs that were refused
 */
record LiveTenants(
        DataStream<ResolvedRequest> requests,
        @Nullable DataStream<ResolvedRequest> overflow,
        DataStream<OutgoingRecord> deadLetters) {

    static LiveTenants resolve(PipelineInputs inputs, PipelineSettings settings) {
        SingleOutputStreamOperator<TenantUpdate> updates =
                TenantConfigFunction.updates(
                        inputs.configs(), settings.resolve(), "tenants", "tenants");
        SingleOutputStreamOperator<ResolvedRequest> main =
                resolve(inputs.events(), updates, settings, RerankPipeline.MAIN);
        DataStream<PendingRequest> pending = main.getSideOutput(LiveResolveFunction.PENDING);
        DataStream<OutgoingRecord> rejected =
                updates.getSideOutput(DeadLetterOutput.TAG)
                        .union(main.getSideOutput(DeadLetterOutput.TAG));
        SingleOutputStreamOperator<ResolvedRequest> overflow = null;
        if (inputs.overflow() != null) {
            overflow = resolve(inputs.overflow(), updates, settings, RerankPipeline.OVERFLOW);
            pending = pending.union(overflow.getSideOutput(LiveResolveFunction.PENDING));
            rejected = rejected.union(overflow.getSideOutput(DeadLetterOutput.TAG));
        }
        // Under every policy: state whose operator is gone could not be restored, or would be lost.
        SingleOutputStreamOperator<ResolvedRequest> released = held(updates, pending, settings);
        return new LiveTenants(
                main.union(released),
                overflow,
                rejected.union(released.getSideOutput(DeadLetterOutput.TAG)));
    }

    private static SingleOutputStreamOperator<ResolvedRequest> resolve(
            DataStream<RawEvent> events,
            DataStream<TenantUpdate> updates,
            PipelineSettings settings,
            OperatorNames lane) {
        return events.connect(updates.broadcast(LiveConfigs.STATE))
                .process(
                        new LiveResolveFunction(settings.resolve()),
                        TypeInformation.of(ResolvedRequest.class))
                .name(lane.name("parse and resolve"))
                .uid(lane.uid("resolve"));
    }

    private static SingleOutputStreamOperator<ResolvedRequest> held(
            DataStream<TenantUpdate> updates,
            DataStream<PendingRequest> pending,
            PipelineSettings settings) {
        return updates.connect(pending)
                .keyBy(TenantUpdate::tenant, PendingRequest::tenant, Types.STRING)
                .process(
                        new HoldFunction(settings.hold()),
                        TypeInformation.of(ReleasedRequest.class))
                .name("hold")
                .uid("hold")
                .setParallelism(1)
                // A request that a config or a timer set free has the timestamp of either.
                .assignTimestampsAndWatermarks(
                        WatermarkStrategy.<ReleasedRequest>noWatermarks()
                                .withTimestampAssigner(
                                        (released, other) -> released.event().timestamp()))
                .name("timestamps of held requests")
                .uid("hold-timestamps")
                .setParallelism(1)
                .process(
                        new ReleaseFunction(settings.resolve()),
                        TypeInformation.of(ResolvedRequest.class))
                .name("release")
                .uid("release")
                .setParallelism(1);
    }
}
