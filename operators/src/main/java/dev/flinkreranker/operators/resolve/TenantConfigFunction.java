package dev.flinkreranker.operators.resolve;

import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.deadletter.DeadLetterOutput;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.metrics.TenantConfigMetrics;
import dev.flinkreranker.operators.tenant.TenantRecords;
import dev.flinkreranker.operators.tenant.TenantUpdate;
import java.io.Serial;
import java.util.Optional;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Checks the records of the tenants' topic and puts them in order, keyed by tenant. What is wrong
 * or late becomes one dead letter here, and is seen by no parallel instance that resolves; the last
 * good config stays.
 */
@Internal
public final class TenantConfigFunction
        extends KeyedProcessFunction<String, RawEvent, TenantUpdate> {

    @Serial private static final long serialVersionUID = 1L;

    private static final ValueStateDescriptor<String> PRESENT =
            new ValueStateDescriptor<>("config", Types.STRING);

    private final ResolveSettings settings;
    private transient TenantRecords records;
    private transient TenantConfigMetrics metrics;
    private transient ValueState<String> present;

    public TenantConfigFunction(ResolveSettings settings) {
        this.settings = settings;
    }

    /**
     * Changes of configs, checked and in order.
     *
     * @param records those of one tenant in their order
     * @param name of the operator
     * @param uid likewise
     */
    public static SingleOutputStreamOperator<TenantUpdate> updates(
            DataStream<RawEvent> records, ResolveSettings settings, String name, String uid) {
        // One instance: configs are few, and all who resolve see their changes in one order.
        return records.keyBy(TenantConfigFunction::keyOf, Types.STRING)
                .process(new TenantConfigFunction(settings), TypeInformation.of(TenantUpdate.class))
                .name(name)
                .uid(uid)
                .setParallelism(1);
    }

    /** The key of a record: its tenant, and one for all records that are about none. */
    public static String keyOf(RawEvent record) {
        return TenantRecords.tenant(record.key()).orElse("");
    }

    @Override
    public void open(OpenContext context) {
        records = settings.records();
        metrics = new TenantConfigMetrics(getRuntimeContext().getMetricGroup());
        present = getRuntimeContext().getState(PRESENT);
    }

    @Override
    public void processElement(RawEvent record, Context context, Collector<TenantUpdate> out)
            throws Exception {
        try {
            Optional<TenantUpdate> update =
                    records.decide(record.key(), record.value(), present.value());
            if (update.isPresent()) {
                String config = update.get().config();
                present.update(config);
                out.collect(update.get());
                metrics.changed(config != null);
            }
        } catch (RejectedEventException e) {
            metrics.rejected(e.reason());
            context.output(
                    DeadLetterOutput.TAG,
                    DeadLetter.of(record, e).toRecord(settings.limits().recordBytes()));
        }
    }
}
