package dev.flinkreranker.operators.api;

import dev.flinkreranker.operators.usage.UsageEntry;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.jspecify.annotations.Nullable;

/** Elements with what became of them, and what the same operators put out besides. */
final class RowStream<T, X> extends SingleOutputStreamOperator<X> {

    private final DataStream<Rejected<T>> failures;
    private final DataStream<UsageEntry> usage;
    private final @Nullable DataStream<Rejected<TenantChange>> refusedConfigs;

    /**
     * @param results whose operator these are of
     * @param failures elements without a result
     * @param usage what is counted for each element that reached the rerank operator
     * @param refusedConfigs changes of configs that were refused; null without a stream of them
     */
    RowStream(
            SingleOutputStreamOperator<X> results,
            DataStream<Rejected<T>> failures,
            DataStream<UsageEntry> usage,
            @Nullable DataStream<Rejected<TenantChange>> refusedConfigs) {
        super(results.getExecutionEnvironment(), results.getTransformation());
        this.failures = failures;
        this.usage = usage;
        this.refusedConfigs = refusedConfigs;
    }

    /**
     * What a stream of results is.
     *
     * @throws IllegalArgumentException if it is not as it came from {@code apply}
     */
    @SuppressWarnings("unchecked") // elements are what their results hold
    static <T, X> RowStream<T, X> of(DataStream<X> results) {
        if (results instanceof RowStream<?, X> own) {
            return (RowStream<T, X>) own;
        }
        throw new IllegalArgumentException(
                "this takes the stream that apply(…) returned, as it is, not \"%s\": ask before you filter, map or join it"
                        .formatted(results.getTransformation().getName()));
    }

    /** The same beside other results of the same elements. */
    <Y> RowStream<T, Y> with(SingleOutputStreamOperator<Y> others) {
        return new RowStream<>(others, failures, usage, refusedConfigs);
    }

    DataStream<Rejected<T>> failures() {
        return failures;
    }

    DataStream<UsageEntry> usage() {
        return usage;
    }

    @Nullable DataStream<Rejected<TenantChange>> refusedConfigs() {
        return refusedConfigs;
    }
}
