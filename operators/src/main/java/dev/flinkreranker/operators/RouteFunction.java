package dev.flinkreranker.operators;

import dev.flinkreranker.operators.event.OutgoingRecord;
import java.io.Serial;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Results onward, dead letters to {@link RerankPipeline#DEAD_LETTERS}, usage to {@link
 * RerankPipeline#USAGE}. A function of its own because an asynchronous one has no side outputs.
 */
final class RouteFunction extends ProcessFunction<RoutedRecord, OutgoingRecord> {

    @Serial private static final long serialVersionUID = 1L;

    @Override
    public void processElement(
            RoutedRecord routed, Context context, Collector<OutgoingRecord> out) {
        if (routed.usage() != null) {
            context.output(RerankPipeline.USAGE, routed.usage());
        }
        switch (routed.route()) {
            case RESULT -> out.collect(routed.record());
            case DEAD_LETTER -> context.output(RerankPipeline.DEAD_LETTERS, routed.record());
        }
    }
}
