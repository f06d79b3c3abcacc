package dev.flinkreranker.operators.record;

import dev.flinkreranker.operators.deadletter.DeadLetterOutput;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.usage.UsageEntry;
import java.io.Serial;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Splits what the rerank operator puts out: results onward, dead letters to {@link
 * DeadLetterOutput}, usage to {@link #USAGE}, events that are set aside to {@link #OVERFLOW}. A
 * function of its own because an asynchronous one has no side outputs.
 */
@Internal
public final class SplitFunction extends ProcessFunction<RerankOutput, OutgoingRecord> {

    @Serial private static final long serialVersionUID = 1L;

    /** What is counted for each request that reached the rerank operator. */
    public static final OutputTag<UsageEntry> USAGE =
            new OutputTag<>("usage", TypeInformation.of(UsageEntry.class));

    /** Events that are set aside. */
    public static final OutputTag<OutgoingRecord> OVERFLOW =
            new OutputTag<>("overflow", TypeInformation.of(OutgoingRecord.class));

    @Override
    public void processElement(
            RerankOutput output, Context context, Collector<OutgoingRecord> out) {
        if (output.usage() != null) {
            context.output(USAGE, output.usage());
        }
        switch (output.destination()) {
            case RESULTS -> out.collect(output.record());
            case DEAD_LETTERS -> context.output(DeadLetterOutput.TAG, output.record());
            case OVERFLOW -> context.output(OVERFLOW, output.record());
        }
    }
}
