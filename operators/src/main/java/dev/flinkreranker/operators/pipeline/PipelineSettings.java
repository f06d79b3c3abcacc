package dev.flinkreranker.operators.pipeline;

import dev.flinkreranker.operators.event.TopicLimits;
import dev.flinkreranker.operators.rerank.EngineFactory;
import dev.flinkreranker.operators.resolve.HoldLimits;
import dev.flinkreranker.operators.resolve.ResolveSettings;
import dev.flinkreranker.operators.result.ResultDelivery;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link RerankPipeline} works.
 *
 * @param resolve what requests are resolved with
 * @param hold how much may wait for a config of the tenants' topic; {@link HoldLimits#NONE} where
 *     unknown tenants' requests are not held
 * @param engines where the rerank operator gets its engine
 * @param parallelism parallel instances of the rerank operator; 0 for the job's own. One for each
 *     device is enough: the engine batches over all requests of its process.
 * @param capacity most requests under way in one parallel instance, at least 1; all of them are in
 *     its checkpoints
 * @param windowBytes most bytes of the heap that they take there, as the module's README counts
 *     them; a request that has more is under way alone
 * @param ordered whether results keep the order of each source partition, except for what is under
 *     way when the job is rescaled, at the price that a slow request holds up those behind it, and
 *     that the rerank operator runs with the parallelism of its input
 * @param timeout how long a request may take, whatever its tenant's deadline; without it, for ever
 * @param results where results go; what its topic does not take is a dead letter
 * @param overflow what the overflow topic takes; an event beyond it is not set aside
 */
public record PipelineSettings(
        ResolveSettings resolve,
        HoldLimits hold,
        EngineFactory engines,
        int parallelism,
        int capacity,
        long windowBytes,
        boolean ordered,
        @Nullable Duration timeout,
        ResultDelivery results,
        TopicLimits.Reader overflow) {}
