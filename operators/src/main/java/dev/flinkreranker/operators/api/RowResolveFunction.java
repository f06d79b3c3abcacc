package dev.flinkreranker.operators.api;

import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.resolve.ResolveSettings;
import java.io.Serial;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Reads elements and stamps each with its settings. One that cannot be ranked leaves by the side.
 */
final class RowResolveFunction<T> extends ProcessFunction<T, ResolvedRow<T>> {

    @Serial private static final long serialVersionUID = 1L;

    private final RowReader<T, ?> reader;
    private final ResolveSettings settings;
    private final OutputTag<Rejected<T>> rejected;
    private transient RowResolver<T> resolver;

    RowResolveFunction(
            RowReader<T, ?> reader, ResolveSettings settings, OutputTag<Rejected<T>> rejected) {
        this.reader = reader;
        this.settings = settings;
        this.rejected = rejected;
    }

    @Override
    public void open(OpenContext context) {
        resolver = new RowResolver<>(reader, settings, getRuntimeContext());
    }

    @Override
    public void processElement(T row, Context context, Collector<ResolvedRow<T>> out) {
        try {
            out.collect(resolver.resolve(row, context.timestamp(), settings.tenants()::find));
        } catch (RejectedEventException e) {
            context.output(rejected, resolver.rejected(row, e));
        }
    }
}
