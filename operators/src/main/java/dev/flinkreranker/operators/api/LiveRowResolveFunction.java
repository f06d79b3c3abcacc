package dev.flinkreranker.operators.api;

import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.resolve.LiveConfigFunction;
import dev.flinkreranker.operators.resolve.LiveConfigs;
import dev.flinkreranker.operators.resolve.ResolveSettings;
import dev.flinkreranker.operators.tenant.TenantConfig;
import java.io.Serial;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** As {@link RowResolveFunction}, with {@link LiveConfigs}. */
final class LiveRowResolveFunction<T> extends LiveConfigFunction<T, ResolvedRow<T>> {

    @Serial private static final long serialVersionUID = 1L;

    private final RowReader<T, ?> reader;
    private final ResolveSettings settings;
    private final OutputTag<Rejected<T>> rejected;
    private transient RowResolver<T> resolver;

    LiveRowResolveFunction(
            RowReader<T, ?> reader, ResolveSettings settings, OutputTag<Rejected<T>> rejected) {
        this.reader = reader;
        this.settings = settings;
        this.rejected = rejected;
    }

    @Override
    public void open(OpenContext context) {
        resolver = new RowResolver<>(reader, settings, getRuntimeContext());
        openConfigs(settings, resolver.metrics());
    }

    @Override
    public void processElement(T row, ReadOnlyContext context, Collector<ResolvedRow<T>> out) {
        ReadOnlyBroadcastState<String, String> live = context.getBroadcastState(LiveConfigs.STATE);
        try {
            out.collect(resolver.resolve(row, context.timestamp(), tenant -> find(tenant, live)));
        } catch (RejectedEventException e) {
            context.output(rejected, resolver.rejected(row, e));
        }
    }

    private Optional<TenantConfig> find(String tenant, ReadOnlyBroadcastState<String, String> live)
            throws RejectedEventException {
        String config;
        try {
            config = live.get(tenant);
        } catch (Exception e) {
            throw new IllegalStateException("broadcast state is in the heap", e);
        }
        return configs().find(tenant, config);
    }
}
