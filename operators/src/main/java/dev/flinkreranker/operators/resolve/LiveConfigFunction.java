package dev.flinkreranker.operators.resolve;

import dev.flinkreranker.operators.metrics.ResolveMetrics;
import dev.flinkreranker.operators.tenant.TenantUpdate;
import java.io.Serial;
import org.apache.flink.annotation.Internal;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.BroadcastProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Resolves elements with {@link LiveConfigs}, which changes of tenants' configs reach by broadcast.
 *
 * @param <T> elements that come in
 * @param <R> elements with their settings
 */
@Internal
public abstract class LiveConfigFunction<T, R> extends BroadcastProcessFunction<T, TenantUpdate, R>
        implements CheckpointedFunction {

    @Serial private static final long serialVersionUID = 1L;

    private transient LiveConfigs configs;
    private transient int restored;

    @Override
    public final void initializeState(FunctionInitializationContext context) throws Exception {
        restored = LiveConfigs.count(context.getOperatorStateStore());
    }

    @Override
    public final void snapshotState(FunctionSnapshotContext context) {
        // The broadcast state is Flink's own.
    }

    /** When the task starts, before the first element. */
    protected final void openConfigs(ResolveSettings settings, ResolveMetrics metrics) {
        configs = new LiveConfigs(settings, metrics, restored);
    }

    /** The configs that hold now, given those of the broadcast state. */
    protected final LiveConfigs configs() {
        return configs;
    }

    @Override
    public final void processBroadcastElement(
            TenantUpdate update, Context context, Collector<R> out) throws Exception {
        configs.update(update, context.getBroadcastState(LiveConfigs.STATE));
    }
}
