package dev.flinkreranker.operators.usage;

import dev.flinkreranker.operators.event.OutgoingRecord;
import java.io.IOException;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Adds up a tenant's usage and writes it once an interval of the clock.
 *
 * <p>The sums are state, so they are of the same checkpoint as the results that they count. After a
 * failure, results that were not committed are computed and counted once more, and so is nothing
 * else: the sums are exact, whichever interval a request falls into. Event time would not make that
 * better, and a replayed log would open windows of last year.
 *
 * <p>At the end of the input what is left is written by a timer of event time, since timers of the
 * clock do not fire any more.
 */
final class UsageFunction extends KeyedProcessFunction<String, UsageEntry, OutgoingRecord> {

    @Serial private static final long serialVersionUID = 1L;

    private static final long END_OF_INPUT = Long.MAX_VALUE;

    private final long interval;
    private transient ValueState<UsageTotals> state;

    UsageFunction(Duration interval) {
        this.interval = interval.toMillis();
    }

    @Override
    public void open(OpenContext context) {
        state =
                getRuntimeContext()
                        .getState(
                                new ValueStateDescriptor<>(
                                        "totals", TypeInformation.of(UsageTotals.class)));
    }

    @Override
    public void processElement(UsageEntry entry, Context context, Collector<OutgoingRecord> out)
            throws IOException {
        long now = context.timerService().currentProcessingTime();
        long from = Math.floorDiv(now, interval) * interval;
        UsageTotals totals = state.value();
        if (totals != null && (totals.from() < from || !totals.holds(entry))) {
            out.collect(record(context.getCurrentKey(), totals));
            totals = null;
        }
        if (totals == null) {
            totals = UsageTotals.none(from);
            context.timerService().registerProcessingTimeTimer(from + interval);
            context.timerService().registerEventTimeTimer(END_OF_INPUT);
        }
        state.update(totals.plus(entry));
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<OutgoingRecord> out)
            throws IOException {
        UsageTotals totals = state.value();
        boolean atEnd = context.timeDomain() == TimeDomain.EVENT_TIME;
        if (totals == null || (!atEnd && time < totals.from() + interval)) {
            // It was written already, by the first entry of the interval after it.
            return;
        }
        out.collect(record(context.getCurrentKey(), totals));
        state.clear();
        context.timerService().deleteEventTimeTimer(END_OF_INPUT);
    }

    private OutgoingRecord record(String tenant, UsageTotals totals) {
        return new OutgoingRecord(
                tenant.getBytes(StandardCharsets.UTF_8),
                UsageRecord.of(tenant, totals, interval).encode(),
                List.of());
    }
}
