package dev.flinkreranker.operators.pipeline;

import dev.flinkreranker.operators.event.RawEvent;
import org.apache.flink.annotation.Internal;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link RerankPipeline} is attached to. Elements carry the timestamps of their records.
 *
 * @param events the events
 * @param configs records of the tenants' topic: the key is the tenant's id, the value its config as
 *     JSON, no value deletes it; those of one tenant in their order. Null where all tenants are
 *     those of the settings
 * @param overflow events that the pipeline set aside before ({@link RerankPipeline#overflow}), as
 *     they were; null where none is set aside
 */
@Internal
public record PipelineInputs(
        DataStream<RawEvent> events,
        @Nullable DataStream<RawEvent> configs,
        @Nullable DataStream<RawEvent> overflow) {}
