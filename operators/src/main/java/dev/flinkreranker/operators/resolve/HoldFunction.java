package dev.flinkreranker.operators.resolve;

import dev.flinkreranker.operators.HeldRequest;
import dev.flinkreranker.operators.HeldTotal;
import dev.flinkreranker.operators.metrics.HoldMetrics;
import dev.flinkreranker.operators.tenant.TenantUpdate;
import java.io.Serial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * Keeps requests whose tenant has no config until one comes, in the order they came: both inputs
 * are keyed by tenant. A request leaves with the config, or with a refusal when it has waited long
 * enough, when too much waits already, or when the input ends. It is made to run as one instance,
 * which counts what waits; should a job be rescaled to more of them, each has the limits to itself.
 * Where what comes after is slow, requests leave a few at a time, and checkpoints come between.
 *
 * <p>The time that the job was down does not count, since no config could come in it: after a
 * restart a request waits {@code hold_time} from when its timer is first looked at.
 *
 * <p>It is part of every job that takes configs from a topic, also where unknown tenants' requests
 * are not held ({@link HoldLimits#NONE}): then it lets go what a job that held them has left in the
 * savepoint.
 */
@Internal
public final class HoldFunction
        extends KeyedCoProcessFunction<String, TenantUpdate, PendingRequest, ReleasedRequest>
        implements CheckpointedFunction {

    @Serial private static final long serialVersionUID = 1L;

    /** When the input ends, so does event time; processing time then fires no timer. */
    private static final long END_OF_INPUT = Long.MAX_VALUE;

    /** Timers are rounded up to it, so that one ends the wait of many. */
    private static final long STEP_MS = 100;

    /** How long requests that go may keep a checkpoint waiting, unless it is for a single one. */
    private static final long PORTION_NANOS = Duration.ofMillis(100).toNanos();

    private final HoldLimits limits;
    private final SerializableSupplier<Long> nanoTime;
    private transient ValueState<String> config;
    private transient ListState<HeldRequest> held;
    private transient ValueState<Long> timer;
    private transient ListState<HeldTotal> storedTotals;
    private transient HeldTotals totals;
    private transient HoldMetrics metrics;
    private transient long openedMs;

    public HoldFunction(HoldLimits limits) {
        this(limits, System::nanoTime);
    }

    HoldFunction(HoldLimits limits, SerializableSupplier<Long> nanoTime) {
        this.limits = limits;
        this.nanoTime = nanoTime;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        storedTotals =
                context.getOperatorStateStore()
                        .getUnionListState(
                                new ListStateDescriptor<>(
                                        "held-totals", TypeInformation.of(HeldTotal.class)));
        totals = new HeldTotals();
        totals.restore(storedTotals.get(), this::isMine);
        openedMs = Long.MIN_VALUE;
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        storedTotals.update(totals.snapshot());
    }

    private boolean isMine(String tenant) {
        TaskInfo task = getRuntimeContext().getTaskInfo();
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                        tenant,
                        task.getMaxNumberOfParallelSubtasks(),
                        task.getNumberOfParallelSubtasks())
                == task.getIndexOfThisSubtask();
    }

    @Override
    public void open(OpenContext context) {
        config = getRuntimeContext().getState(new ValueStateDescriptor<>("config", Types.STRING));
        held =
                getRuntimeContext()
                        .getListState(
                                new ListStateDescriptor<>(
                                        "held", TypeInformation.of(HeldRequest.class)));
        timer = getRuntimeContext().getState(new ValueStateDescriptor<>("timer", Types.LONG));
        metrics =
                new HoldMetrics(
                        getRuntimeContext().getMetricGroup(), totals::requests, totals::bytes);
    }

    @Override
    public void processElement1(
            TenantUpdate update, Context context, Collector<ReleasedRequest> out) throws Exception {
        config.update(update.config());
        if (update.config() != null && timer.value() != null) {
            release(update.tenant(), update.config(), false, context.timerService(), out);
        }
    }

    /**
     * Lets requests go, the oldest first.
     *
     * @param all whether to the last; else as many as go within {@link #PORTION_NANOS}, and the
     *     next ones after a moment in which a checkpoint can begin
     */
    private void release(
            String tenant,
            String config,
            boolean all,
            TimerService time,
            Collector<ReleasedRequest> out)
            throws Exception {
        long end = nanoTime.get() + PORTION_NANOS;
        List<HeldRequest> staying = new ArrayList<>();
        for (HeldRequest request : held.get()) {
            if (staying.isEmpty() && (all || nanoTime.get() - end < 0)) {
                totals.remove(tenant, request);
                out.collect(released(tenant, request, config));
            } else {
                staying.add(request);
            }
        }
        if (staying.isEmpty()) {
            clear(time);
        } else {
            held.update(staying);
            time.deleteProcessingTimeTimer(timer.value());
            wake(time.currentProcessingTime() + 1, time);
        }
    }

    @Override
    public void processElement2(
            PendingRequest pending, Context context, Collector<ReleasedRequest> out)
            throws Exception {
        TimerService time = context.timerService();
        HeldRequest request = new HeldRequest(pending.event(), time.currentProcessingTime());
        String known = config.value();
        if (known != null) {
            // The config came here before it came to the instance that resolves.
            if (timer.value() != null) {
                release(pending.tenant(), known, true, time, out);
            }
            out.collect(released(pending.tenant(), request, known));
        } else if (totals.requests() + 1 > limits.requests()) {
            out.collect(refused(pending.tenant(), request, tooMany("requests", limits.requests())));
        } else if (totals.bytes() + request.bytes() > limits.bytes()) {
            out.collect(refused(pending.tenant(), request, tooMany("bytes", limits.bytes())));
        } else {
            held.add(request);
            totals.add(pending.tenant(), request);
            if (timer.value() == null) {
                time.registerEventTimeTimer(END_OF_INPUT);
                schedule(request, time);
            }
        }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<ReleasedRequest> out)
            throws Exception {
        TimerService time = context.timerService();
        boolean ended = context.timeDomain() == TimeDomain.EVENT_TIME;
        String tenant = context.getCurrentKey();
        String known = config.value();
        if (known != null) {
            release(tenant, known, ended, time, out);
            return;
        }
        List<HeldRequest> staying = new ArrayList<>();
        long now = time.currentProcessingTime();
        for (HeldRequest request : held.get()) {
            String waited =
                    String.format(Locale.ROOT, "%.1f s", (now - sinceMs(request, time)) / 1000.0);
            if (ended) {
                totals.remove(tenant, request);
                String why = "the input ended when the request had waited %s for its config";
                out.collect(refused(tenant, request, why.formatted(waited)));
            } else if (deadline(request, time) <= timestamp) {
                totals.remove(tenant, request);
                String why =
                        limits.time().isZero()
                                ? "requests wait for configs no longer (unknown_tenant)"
                                : "no config came while the request waited %s"
                                        + " (tenant_configs.hold_time)";
                out.collect(refused(tenant, request, why.formatted(waited)));
            } else {
                staying.add(request);
            }
        }
        if (staying.isEmpty()) {
            clear(time);
        } else {
            held.update(staying);
            schedule(staying.get(0), time);
        }
    }

    private void schedule(HeldRequest oldest, TimerService time) throws Exception {
        wake(Math.floorDiv(deadline(oldest, time) + STEP_MS - 1, STEP_MS) * STEP_MS, time);
    }

    private void wake(long at, TimerService time) throws Exception {
        time.registerProcessingTimeTimer(at);
        timer.update(at);
    }

    private long deadline(HeldRequest request, TimerService time) {
        return sinceMs(request, time) + limits.time().toMillis();
    }

    /** From when on its waiting counts. */
    private long sinceMs(HeldRequest request, TimerService time) {
        if (openedMs == Long.MIN_VALUE) {
            openedMs = time.currentProcessingTime();
        }
        return Math.max(request.sinceMs(), openedMs);
    }

    private void clear(TimerService time) throws Exception {
        held.clear();
        time.deleteEventTimeTimer(END_OF_INPUT);
        time.deleteProcessingTimeTimer(timer.value());
        timer.clear();
    }

    private static String tooMany(String what, long limit) {
        return "%d %s wait for configs already (tenant_configs.hold_%s)"
                .formatted(limit, what, what);
    }

    private static ReleasedRequest released(String tenant, HeldRequest request, String config) {
        return new ReleasedRequest(tenant, request.event(), config, null);
    }

    private static ReleasedRequest refused(String tenant, HeldRequest request, String why) {
        return new ReleasedRequest(
                tenant,
                request.event(),
                null,
                "tenant \"%s\" is not configured; %s".formatted(tenant, why));
    }
}
