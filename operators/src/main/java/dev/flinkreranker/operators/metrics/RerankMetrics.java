package dev.flinkreranker.operators.metrics;

import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultStatus;
import dev.flinkreranker.operators.result.ResultUsage;
import dev.flinkreranker.operators.result.StageUsage;
import dev.flinkreranker.runtime.engine.RerankEngine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.jspecify.annotations.Nullable;

/**
 * Metrics of the rerank operator. Scope: {@code <operator scope>.rerank.<name>}; by status {@code
 * ….rerank.status.<STATUS>.<name>}, by reason {@code ….rerank.reason.<CODE>.<name>}, by tenant
 * {@code ….rerank.tenant.<id>.<name>}: labels to reporters that have labels. The first {@value
 * #MAX_TENANTS} tenants of each parallel instance are told apart, the rest are {@value
 * #OTHER_TENANTS}. By stage of a cascade {@code ….rerank.stage.<number>.<name>}.
 *
 * <p>Counters and the histogram are used by the task's thread alone. What is under {@code
 * ….rerank.engine} comes from the engine: see {@link EngineMetrics}.
 */
@Internal
public final class RerankMetrics {

    /** The group of all metrics of this project. */
    public static final String GROUP = "rerank";

    /** Group key: a {@link ReasonCode}. */
    public static final String REASON = "reason";

    /** Group key: a {@link ResultStatus}. */
    public static final String STATUS = "status";

    /** Group key: a tenant's id. */
    public static final String TENANT = "tenant";

    /** Group key: the number, from 1, of a stage of tenants' cascades. */
    public static final String STAGE = "stage";

    /** Group of what the process's engine reports. */
    public static final String ENGINE = "engine";

    /** Counter, by status and by tenant: requests that got a result. */
    public static final String RESULTS = "results";

    /** Counter, by reason and by tenant: requests that became dead letters. */
    public static final String DEAD_LETTERS = "deadLetters";

    /** Counter, also by tenant: requests set aside in the overflow topic. */
    public static final String OVERFLOWED = "overflowed";

    /**
     * Counter, also by tenant: requests ranked by their tenant's {@code when_late}, since its own
     * settings would have missed their deadline.
     */
    public static final String LATE = "late";

    /** Counter, also by tenant and by stage: pairs scored. */
    public static final String PAIRS = "pairs";

    /** Counter, also by tenant: tokens of those pairs, padding excluded. */
    public static final String TOKENS = "tokens";

    /** Counter: pairs cut to the length limit. */
    public static final String TRUNCATED_PAIRS = "truncatedPairs";

    /**
     * Counter, also by tenant and by stage: floating point operations by the analytic count, in
     * millions.
     */
    public static final String MEGAFLOPS = "megaflops";

    /** Gauge: requests under way in this parallel instance. */
    public static final String REQUESTS_IN_FLIGHT = "requestsInFlight";

    /** Gauge: bytes of the heap that requests under way take in this parallel instance. */
    public static final String REQUEST_BYTES = "requestBytes";

    /** Gauge: 1 while a request, and with it all behind it, waits for room in the heap, or 0. */
    public static final String REQUESTS_WAITING_FOR_MEMORY = "requestsWaitingForMemory";

    /**
     * Histogram of the last {@value #WINDOW}, also by tenant: milliseconds from taking a request up
     * to its outcome.
     */
    public static final String LATENCY_MS = "latencyMs";

    /**
     * Histogram of the last {@value #WINDOW}, by tenant: milliseconds from taking a request up to
     * the device's beginning with it; of requests that a device scored.
     */
    public static final String WAIT_MS = "waitMs";

    /**
     * Histogram of the last {@value #WINDOW}: milliseconds from a request's own timestamp to its
     * outcome, so with all waiting before this operator, in Kafka, in state and in the overflow
     * topic. By this process's clock and that of whoever set the timestamp.
     */
    public static final String AGE_MS = "ageMs";

    /** Most tenants with counters of their own. */
    public static final int MAX_TENANTS = 100;

    /** The tenant under which all others are counted. */
    public static final String OTHER_TENANTS = "_other";

    /** Requests of a histogram. */
    static final int WINDOW = 1024;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final MetricGroup group;
    private final Map<ResultStatus, Counter> results = new EnumMap<>(ResultStatus.class);
    private final ReasonCounters deadLetters;
    private final Map<String, TenantCounters> tenants = new HashMap<>();
    private final List<StageCounters> stages = new ArrayList<>();
    private final Counter overflowed;
    private final Counter late;
    private final Counter pairs;
    private final Counter tokens;
    private final Counter truncatedPairs;
    private final Counter megaflops;
    private final Histogram latency;
    private final Histogram age;
    private volatile int inFlight;
    private volatile int waitingForMemory;

    /**
     * @param operator the operator's group
     * @param engine whose figures to report
     * @param devices names of those whose figures to report
     * @param bytes what requests under way take of the heap
     */
    public RerankMetrics(
            MetricGroup operator,
            RerankEngine engine,
            Collection<String> devices,
            Gauge<Long> bytes) {
        group = operator.addGroup(GROUP);
        deadLetters = new ReasonCounters(group, DEAD_LETTERS);
        overflowed = group.counter(OVERFLOWED);
        late = group.counter(LATE);
        pairs = group.counter(PAIRS);
        tokens = group.counter(TOKENS);
        truncatedPairs = group.counter(TRUNCATED_PAIRS);
        megaflops = group.counter(MEGAFLOPS);
        latency = histogram(group, LATENCY_MS);
        age = histogram(group, AGE_MS);
        group.<Integer, Gauge<Integer>>gauge(REQUESTS_IN_FLIGHT, () -> inFlight);
        group.gauge(REQUEST_BYTES, bytes);
        group.<Integer, Gauge<Integer>>gauge(REQUESTS_WAITING_FOR_MEMORY, () -> waitingForMemory);
        MetricGroup ofEngine = group.addGroup(ENGINE);
        EngineMetrics.register(ofEngine, engine);
        DeviceMetrics.register(ofEngine, engine, devices);
    }

    /** Whether the next request waits for room in the heap. */
    public void waitsForMemory(boolean waits) {
        waitingForMemory = waits ? 1 : 0;
    }

    /** A request was taken up. */
    public void started() {
        inFlight++;
    }

    static Histogram histogram(MetricGroup group, String name) {
        return group.histogram(name, new DescriptiveStatisticsHistogram(WINDOW));
    }

    /**
     * A request has its outcome.
     *
     * @param tenant whose it is; absent when the event could not be read that far
     * @param nanos since it was taken up
     * @param timestamp its own, milliseconds since the epoch; negative where it has none
     */
    public void ended(@Nullable String tenant, long nanos, long timestamp) {
        long latencyMs = nanos / NANOS_PER_MILLI;
        inFlight--;
        latency.update(latencyMs);
        if (timestamp >= 0) {
            // One of a clock that is ahead is as young as can be.
            age.update(Math.max(0, System.currentTimeMillis() - timestamp));
        }
        if (tenant != null) {
            tenant(tenant).ended(latencyMs);
        }
    }

    /**
     * A device has scored a request.
     *
     * @param waitNanos until it began with it
     */
    public void scored(String tenant, long waitNanos) {
        tenant(tenant).scored(waitNanos / NANOS_PER_MILLI);
    }

    /** A request was set aside, and has no outcome yet. */
    public void overflowed(String tenant) {
        inFlight--;
        overflowed.inc();
        tenant(tenant).overflowed();
    }

    /** A request is ranked by the settings of late ones. */
    public void late(String tenant) {
        late.inc();
        tenant(tenant).late();
    }

    /** A request got a result. */
    public void result(RankedResult result) {
        results.computeIfAbsent(
                        result.status(),
                        status -> group.addGroup(STATUS, status.name()).counter(RESULTS))
                .inc();
        ResultUsage usage = result.usage();
        pairs.inc(usage.pairs());
        tokens.inc(usage.tokens());
        truncatedPairs.inc(usage.truncated());
        megaflops.inc(usage.flops() / 1_000_000);
        tenant(result.tenant()).result(usage);
        if (usage.stages() != null) {
            byStage(usage);
        }
    }

    private void byStage(ResultUsage usage) {
        for (int i = 0; i < usage.stages().size(); i++) {
            int number = usage.stageNumber(i);
            if (number > stages.size()) {
                stages.add(StageCounters.of(group.addGroup(STAGE, String.valueOf(number))));
            }
            stages.get(number - 1).add(usage.stages().get(i));
        }
    }

    private record StageCounters(Counter pairs, Counter megaflops) {

        static StageCounters of(MetricGroup group) {
            return new StageCounters(group.counter(PAIRS), group.counter(MEGAFLOPS));
        }

        void add(StageUsage usage) {
            pairs.inc(usage.pairs());
            megaflops.inc(usage.flops() / 1_000_000);
        }
    }

    /**
     * A request became a dead letter.
     *
     * @param tenant absent when the event could not be read that far
     */
    public void deadLetter(ReasonCode reason, @Nullable String tenant) {
        deadLetters.of(reason).inc();
        if (tenant != null) {
            tenant(tenant).deadLetter();
        }
    }

    private TenantCounters tenant(String id) {
        TenantCounters counters = tenants.get(id);
        if (counters == null) {
            String name = tenants.size() < MAX_TENANTS ? id : OTHER_TENANTS;
            counters =
                    tenants.computeIfAbsent(
                            name, key -> new TenantCounters(group.addGroup(TENANT, key)));
        }
        return counters;
    }
}
