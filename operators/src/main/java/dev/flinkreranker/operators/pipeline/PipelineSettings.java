package dev.flinkreranker.operators.pipeline;

import dev.flinkreranker.operators.event.TopicLimits;
import dev.flinkreranker.operators.rerank.RerankStage;
import dev.flinkreranker.operators.resolve.HoldLimits;
import dev.flinkreranker.operators.resolve.ResolveSettings;
import dev.flinkreranker.operators.result.ResultDelivery;
import org.apache.flink.annotation.Internal;

/**
 * How a {@link RerankPipeline} works.
 *
 * @param resolve what requests are resolved with
 * @param hold how much may wait for a config of the tenants' topic; {@link HoldLimits#NONE} where
 *     unknown tenants' requests are not held
 * @param stage the reranking core
 * @param results where results go; what its topic does not take is a dead letter
 * @param overflow what the overflow topic takes; an event beyond it is not set aside
 */
@Internal
public record PipelineSettings(
        ResolveSettings resolve,
        HoldLimits hold,
        RerankStage stage,
        ResultDelivery results,
        TopicLimits.Reader overflow) {}
