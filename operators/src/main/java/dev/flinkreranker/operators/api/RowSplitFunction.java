package dev.flinkreranker.operators.api;

import dev.flinkreranker.operators.usage.UsageEntry;
import java.io.Serial;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Splits what the rerank operator puts out: rankings onward, the rest by the side. */
final class RowSplitFunction<T> extends ProcessFunction<RowOutput<T>, Reranked<T>> {

    @Serial private static final long serialVersionUID = 1L;

    static final OutputTag<UsageEntry> USAGE =
            new OutputTag<>("usage", TypeInformation.of(UsageEntry.class));

    private final OutputTag<Rejected<T>> rejected;

    RowSplitFunction(OutputTag<Rejected<T>> rejected) {
        this.rejected = rejected;
    }

    @Override
    public void processElement(RowOutput<T> output, Context context, Collector<Reranked<T>> out) {
        RowOutput.Outcome outcome = output.outcome();
        if (outcome.usage() != null) {
            context.output(USAGE, outcome.usage());
        }
        if (outcome.ranking() != null) {
            out.collect(new Reranked<>(output.value(), outcome.ranking()));
        } else {
            context.output(rejected, new Rejected<>(output.value(), outcome.refusal()));
        }
    }
}
