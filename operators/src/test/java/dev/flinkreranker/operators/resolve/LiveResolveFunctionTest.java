package dev.flinkreranker.operators.resolve;

import static dev.flinkreranker.operators.resolve.Tenants.DEFAULTS;
import static dev.flinkreranker.operators.resolve.Tenants.catalog;
import static dev.flinkreranker.operators.resolve.Tenants.reasons;
import static dev.flinkreranker.operators.resolve.Tenants.request;
import static dev.flinkreranker.operators.resolve.Tenants.settings;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.ResolvedRequest;
import dev.flinkreranker.operators.deadletter.DeadLetterOutput;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.resolve.Tenants.CountingDefaults;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.TenantUpdate;
import dev.flinkreranker.operators.tenant.UnknownTenant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithNonKeyedOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** Requests meet the configs of the topic. */
@SuppressWarnings("try") // the harness's close may be interrupted
class LiveResolveFunctionTest {

    @Test
    void aRequestGetsTheTopicsConfigThenTheFilesThenThePolicys() throws Exception {
        try (var resolve = resolve(UnknownTenant.DEFAULTS, null)) {
            resolve.processElement1(request("r1", "acme"), 1);
            update(resolve, "acme", "{\"version\":7,\"top_n\":3}");
            resolve.processElement1(request("r2", "acme"), 2);
            update(resolve, "acme", "{\"version\":9,\"top_n\":1}");
            resolve.processElement1(request("r3", "acme"), 3);
            update(resolve, "acme", null);
            resolve.processElement1(request("r4", "acme"), 4);
            resolve.processElement1(request("r5", "filed"), 5);
            update(resolve, "filed", "{\"version\":1}");
            resolve.processElement1(request("r6", "filed"), 6);

            assertThat(resolve.extractOutputValues())
                    .extracting(r -> r.configVersion() + "/" + r.settings().topN())
                    .containsExactly("0/9", "7/3", "9/1", "0/9", "40/8", "1/9");
            assertThat(timestamps(resolve.getOutput())).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        }
    }

    @Test
    void configsAreInTheStateAndAreReadByTheFileOfTheDay() throws Exception {
        OperatorSubtaskState state;
        try (var resolve = resolve(UnknownTenant.REJECT, null)) {
            update(resolve, "acme", "{\"version\":7,\"top_n\":3}");
            update(resolve, "odd", "{\"version\":1,\"model\":\"other\"}");
            state = resolve.snapshot(1, 1);
        }
        try (var resolve = resolve(UnknownTenant.REJECT, state)) {
            resolve.processElement1(request("r1", "acme"), 1);
            resolve.processElement1(request("r2", "odd"), 2);
            resolve.processElement1(request("r3", "nobody"), 3);

            assertThat(resolve.extractOutputValues())
                    .extracting(ResolvedRequest::configVersion)
                    .containsExactly(7L);
            assertThat(reasons(resolve.getSideOutput(DeadLetterOutput.TAG)))
                    .containsExactly("INVALID_CONFIG", "UNKNOWN_TENANT");
        }
    }

    @Test
    void onlyTheUnknownAreSentToWait() throws Exception {
        try (var resolve = resolve(UnknownTenant.HOLD, null)) {
            resolve.processElement1(request("r1", "filed"), 1);
            resolve.processElement1(request("r2", "acme"), 2);
            update(resolve, "acme", "{\"version\":7}");
            resolve.processElement1(request("r3", "acme"), 3);

            assertThat(resolve.extractOutputValues())
                    .extracting(ResolvedRequest::configVersion)
                    .containsExactly(40L, 7L);
            assertThat(resolve.getSideOutput(LiveResolveFunction.PENDING))
                    .extracting(pending -> pending.getValue().tenant())
                    .containsExactly("acme");
        }
    }

    /**
     * A config is 128 KiB at most: whoever sends requests must not make the job read it each time.
     */
    @Test
    void aConfigThatIsRefusedIsReadOnce() throws Exception {
        OperatorSubtaskState state;
        try (var resolve = resolve(UnknownTenant.REJECT, null)) {
            update(resolve, "odd", "{\"version\":1,\"model\":\"other\"}");
            state = resolve.snapshot(1, 1);
        }
        CountingDefaults defaults = new CountingDefaults();
        try (var resolve = resolve(UnknownTenant.REJECT, state, defaults)) {
            resolve.processElement1(request("r1", "odd"), 1);
            resolve.processElement1(request("r2", "odd"), 2);
            assertThat(defaults.reads).isEqualTo(1);
            update(resolve, "odd", "{\"version\":2,\"model\":\"small\"}");
            resolve.processElement1(request("r3", "odd"), 3);
            resolve.processElement1(request("r4", "odd"), 4);
            assertThat(defaults.reads).isEqualTo(2);

            assertThat(reasons(resolve.getSideOutput(DeadLetterOutput.TAG)))
                    .containsExactly("INVALID_CONFIG", "INVALID_CONFIG");
            assertThat(resolve.extractOutputValues())
                    .extracting(ResolvedRequest::configVersion)
                    .containsExactly(2L, 2L);
        }
    }

    /** What an instance that resolves keeps for so many, once each had a request. */
    @Test
    void tenThousandTenantsTakeLittleHeap() throws Exception {
        int tenants = 10_000;
        try (var resolve = resolve(UnknownTenant.REJECT, null)) {
            long before = usedHeap();
            for (int i = 0; i < tenants; i++) {
                update(
                        resolve,
                        "tenant-" + i,
                        ("{\"version\":%d,\"top_n\":10,\"normalize\":true,\"weight\":0.5,"
                                        + "\"query_instruction\":\"A question of tenant %d: \"}")
                                .formatted(i + 1, i));
            }
            for (int i = 0; i < tenants; i++) {
                resolve.processElement1(request("r", "tenant-" + i), 1);
                resolve.getOutput().clear();
            }
            long asked = usedHeap();
            long stateBytes = resolve.snapshot(1, 1).getStateSize();

            assertThat(asked - before).isLessThan(50_000_000);
            assertThat(stateBytes).isLessThan(5_000_000);
        }
    }

    private static long usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** With the model {@code other} only in a new job, not in a restored one. */
    private static TwoInputStreamOperatorTestHarness<RawEvent, TenantUpdate, ResolvedRequest>
            resolve(UnknownTenant unknown, OperatorSubtaskState state) throws Exception {
        return resolve(unknown, state, DEFAULTS);
    }

    private static TwoInputStreamOperatorTestHarness<RawEvent, TenantUpdate, ResolvedRequest>
            resolve(UnknownTenant unknown, OperatorSubtaskState state, ObjectNode defaults)
                    throws Exception {
        ModelCatalog catalog = state == null ? catalog("small", "other") : catalog("small");
        var harness =
                new TwoInputStreamOperatorTestHarness<>(
                        new CoBroadcastWithNonKeyedOperator<>(
                                new LiveResolveFunction(settings(unknown, catalog, defaults)),
                                List.of(LiveConfigs.STATE)));
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
        return harness;
    }

    private static void update(
            TwoInputStreamOperatorTestHarness<RawEvent, TenantUpdate, ResolvedRequest> resolve,
            String tenant,
            String config)
            throws Exception {
        resolve.processElement2(new TenantUpdate(tenant, config), 0);
    }

    private static List<Long> timestamps(Iterable<Object> output) {
        List<Long> timestamps = new ArrayList<>();
        output.forEach(element -> timestamps.add(((StreamRecord<?>) element).getTimestamp()));
        return timestamps;
    }
}
