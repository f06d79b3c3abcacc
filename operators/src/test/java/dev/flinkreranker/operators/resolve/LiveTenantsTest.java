package dev.flinkreranker.operators.resolve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.ResolvedRequest;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.deadletter.DeadLetterOutput;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.event.RecordHeader;
import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.operators.tenant.TenantDirectory;
import dev.flinkreranker.operators.tenant.TenantUpdate;
import dev.flinkreranker.operators.tenant.UnknownTenant;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import java.io.Serial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithNonKeyedOperator;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** The operators between the tenants' topic and the requests, each alone in Flink's harness. */
@SuppressWarnings("try") // the harness's close may be interrupted
class LiveTenantsTest {

    private static final RequestLimits LIMITS = RequestLimits.defaults();
    private static final ObjectNode DEFAULTS =
            JsonNodeFactory.instance.objectNode().put("model", "small").put("top_n", 9);
    private static final HoldLimits HOLD = new HoldLimits(Duration.ofSeconds(10), 3, 2_000);

    // Configs come in.

    @Test
    void goodConfigsBecomeUpdatesAndBadOnesOneDeadLetterEach() throws Exception {
        try (var tenants = tenants(null)) {
            put(tenants, "acme", "{\"version\":1}");
            put(tenants, "acme", "{\"version\":3,\"top_n\":4}");
            put(tenants, "acme", "{\"version\":2}");
            put(tenants, "acme", "{\"version\":4,\"top_n\":-4}");
            put(tenants, "bulk", "{\"version\":2}");
            put(tenants, null, "{\"version\":5}");
            put(tenants, "acme", null);
            put(tenants, "acme", null);

            assertThat(tenants.extractOutputValues())
                    .containsExactly(
                            new TenantUpdate("acme", "{\"version\":1}"),
                            new TenantUpdate("acme", "{\"version\":3,\"top_n\":4}"),
                            new TenantUpdate("bulk", "{\"version\":2}"),
                            new TenantUpdate("acme", null));
            assertThat(reasons(tenants.getSideOutput(DeadLetterOutput.TAG)))
                    .containsExactly("STALE_CONFIG", "INVALID_CONFIG", "INVALID_KEY");
        }
    }

    @Test
    void aRefusedConfigKeepsItsBytesAndTheVersionOutlivesARestart() throws Exception {
        OperatorSubtaskState state;
        try (var tenants = tenants(null)) {
            put(tenants, "acme", "{\"version\":5}");
            state = tenants.snapshot(1, 1);
        }
        try (var tenants = tenants(state)) {
            put(tenants, "acme", "{\"version\":4}");

            OutgoingRecord letter = tenants.getSideOutput(DeadLetterOutput.TAG).remove().getValue();
            assertThat(letter.key()).isEqualTo("acme".getBytes(UTF_8));
            assertThat(letter.value()).isEqualTo("{\"version\":4}".getBytes(UTF_8));
            assertThat(header(letter, DeadLetter.MESSAGE))
                    .isEqualTo("version 4 is not above the present one, 5");
            assertThat(header(letter, DeadLetter.TENANT)).isEqualTo("acme");
            assertThat(header(letter, DeadLetter.SOURCE_OFFSET)).isEqualTo("9");
        }
    }

    // Requests meet them.

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

    /** Prints what an instance that resolves keeps for so many, once each had a request. */
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
            long updated = usedHeap();
            for (int i = 0; i < tenants; i++) {
                resolve.processElement1(request("r", "tenant-" + i), 1);
                resolve.getOutput().clear();
            }
            long asked = usedHeap();
            long start = System.nanoTime();
            long stateBytes = resolve.snapshot(1, 1).getStateSize();
            System.out.printf(
                    "%d tenants: %.1f MB of heap, %.1f MB once all had requests; checkpoint of"
                            + " %.1f MB in %d ms%n",
                    tenants,
                    (updated - before) / 1e6,
                    (asked - before) / 1e6,
                    stateBytes / 1e6,
                    (System.nanoTime() - start) / 1_000_000);

            assertThat(asked - before).isLessThan(50_000_000);
            assertThat(stateBytes).isLessThan(5_000_000);
        }
    }

    private static long usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    // Requests wait for them.

    @Test
    void aConfigReleasesItsTenantsRequestsInTheirOrder() throws Exception {
        try (var hold = hold(HOLD, null)) {
            wait(hold, "r1", "acme");
            wait(hold, "r2", "bulk");
            wait(hold, "r3", "acme");
            assertThat(hold.extractOutputValues()).isEmpty();

            hold.processElement1(new TenantUpdate("acme", "{\"version\":1}"), 50);
            wait(hold, "r4", "acme");

            assertThat(hold.extractOutputValues())
                    .extracting(r -> r.tenant() + " " + id(r.event()) + " " + r.config())
                    .containsExactly(
                            "acme r1 {\"version\":1}",
                            "acme r3 {\"version\":1}",
                            "acme r4 {\"version\":1}");
            assertThat(hold.numEventTimeTimers()).isEqualTo(1);
            assertThat(hold.numProcessingTimeTimers()).isEqualTo(1);
        }
    }

    @Test
    void whoWaitsInVainIsRefusedAndTheNextStillWaits() throws Exception {
        try (var hold = hold(HOLD, null)) {
            hold.setProcessingTime(1_000);
            wait(hold, "r1", "acme");
            hold.setProcessingTime(3_050);
            wait(hold, "r2", "acme");
            hold.setProcessingTime(11_000);

            assertThat(hold.extractOutputValues())
                    .extracting(r -> id(r.event()) + " " + r.refusal())
                    .containsExactly(
                            "r1 tenant \"acme\" is not configured; no config came while the request"
                                    + " waited 10.0 s (tenant_configs.hold_time)");
            hold.setProcessingTime(13_100);
            assertThat(hold.extractOutputValues()).hasSize(2);
            assertThat(hold.numProcessingTimeTimers()).isZero();
            assertThat(hold.numEventTimeTimers()).isZero();
        }
    }

    @Test
    void aDeletedConfigLetsRequestsWaitAgain() throws Exception {
        try (var hold = hold(HOLD, null)) {
            hold.processElement1(new TenantUpdate("acme", "{\"version\":1}"), 1);
            hold.processElement1(new TenantUpdate("acme", null), 2);
            wait(hold, "r1", "acme");
            hold.processElement1(new TenantUpdate("acme", null), 3);

            assertThat(hold.extractOutputValues()).isEmpty();
            assertThat(hold.numEventTimeTimers()).isEqualTo(1);
        }
    }

    @Test
    void whatIsBeyondTheBoundsIsRefusedAtOnce() throws Exception {
        try (var hold = hold(HOLD, null)) {
            for (int i = 1; i <= 4; i++) {
                wait(hold, "r" + i, "t" + i);
            }
            assertThat(hold.extractOutputValues())
                    .extracting(ReleasedRequest::refusal)
                    .containsExactly(
                            "tenant \"t4\" is not configured; 3 requests wait for configs already"
                                    + " (tenant_configs.hold_requests)");
            hold.processElement1(new TenantUpdate("t1", "{\"version\":1}"), 1);
            wait(hold, "r5", "t5");
            assertThat(hold.extractOutputValues()).hasSize(2);
        }
        try (var hold = hold(new HoldLimits(Duration.ofSeconds(1), 100, 200), null)) {
            wait(hold, "r1", "t1");
            wait(hold, "r2", "t2");
            assertThat(hold.extractOutputValues())
                    .extracting(ReleasedRequest::refusal)
                    .containsExactly(
                            "tenant \"t2\" is not configured; 200 bytes wait for configs already"
                                    + " (tenant_configs.hold_bytes)");
        }
    }

    @Test
    void atTheEndOfTheInputNothingStays() throws Exception {
        try (var hold = hold(HOLD, null)) {
            wait(hold, "r1", "acme");
            wait(hold, "r2", "bulk");
            hold.processWatermark1(Watermark.MAX_WATERMARK);
            assertThat(hold.extractOutputValues()).isEmpty();
            hold.processWatermark2(Watermark.MAX_WATERMARK);

            assertThat(hold.extractOutputValues())
                    .extracting(ReleasedRequest::refusal)
                    .hasSize(2)
                    .allMatch(
                            refusal ->
                                    refusal.endsWith(
                                            "the input ended when the request had waited 0.0 s for"
                                                    + " its config"));
        }
    }

    @Test
    void whatWaitsOutlivesARestartAndItsTimeStandsStillMeanwhile() throws Exception {
        OperatorSubtaskState state;
        try (var hold = hold(HOLD, null)) {
            hold.setProcessingTime(1_000);
            wait(hold, "r1", "acme");
            wait(hold, "r2", "bulk");
            hold.processElement1(new TenantUpdate("corp", "{\"version\":1}"), 1);
            state = hold.snapshot(1, 1);
        }
        try (var hold = hold(HOLD, state)) {
            // The job was down for an hour; the config is read first thing after.
            hold.setProcessingTime(3_600_000);
            assertThat(hold.extractOutputValues()).isEmpty();
            hold.processElement1(new TenantUpdate("acme", "{\"version\":2}"), 1);
            wait(hold, "r3", "corp");
            assertThat(hold.extractOutputValues())
                    .extracting(r -> id(r.event()) + " " + r.config())
                    .containsExactly("r1 {\"version\":2}", "r3 {\"version\":1}");

            // Of three that may wait one does: the totals were restored too.
            wait(hold, "r4", "dune");
            wait(hold, "r5", "dune");
            wait(hold, "r6", "dune");
            assertThat(hold.extractOutputValues()).hasSize(3);

            hold.setProcessingTime(3_610_000);
            assertThat(hold.extractOutputValues())
                    .extracting(r -> id(r.event()))
                    .containsExactly("r1", "r3", "r6", "r2", "r4", "r5");
        }
    }

    @Test
    void theWaitThatARefusalTellsIsWithoutTheTimeTheJobWasDown() throws Exception {
        OperatorSubtaskState state;
        try (var hold = hold(HOLD, null)) {
            hold.setProcessingTime(1_000);
            wait(hold, "r1", "acme");
            state = hold.snapshot(1, 1);
        }
        try (var hold = hold(HOLD, state)) {
            hold.setProcessingTime(3_600_000);
            hold.setProcessingTime(3_610_000);

            assertThat(hold.extractOutputValues())
                    .extracting(ReleasedRequest::refusal)
                    .containsExactly(
                            "tenant \"acme\" is not configured; no config came while the request"
                                    + " waited 10.0 s (tenant_configs.hold_time)");
        }
    }

    @Test
    void whatWaitedIsLetGoWhereRequestsWaitNoLonger() throws Exception {
        OperatorSubtaskState state;
        try (var hold = hold(HOLD, null)) {
            hold.setProcessingTime(1_000);
            wait(hold, "r1", "acme");
            wait(hold, "r2", "bulk");
            state = hold.snapshot(1, 1);
        }
        try (var hold = hold(HoldLimits.NONE, state)) {
            hold.setProcessingTime(3_000);
            hold.processElement1(new TenantUpdate("acme", "{\"version\":1}"), 1);
            hold.setProcessingTime(3_600_000);
            hold.setProcessingTime(3_600_100);

            assertThat(hold.extractOutputValues())
                    .extracting(r -> id(r.event()) + " " + r.config() + " " + r.refusal())
                    .containsExactly(
                            "r1 {\"version\":1} null",
                            "r2 null tenant \"bulk\" is not configured; requests wait for configs"
                                    + " no longer (unknown_tenant)");
            assertThat(hold.numProcessingTimeTimers()).isZero();
        }
    }

    // They go on.

    @Test
    void whoeverWaitedInVainGetsWhatTheFileHasNow() throws Exception {
        ReleasedRequest acme = new ReleasedRequest("acme", request("r1", "acme"), null, "in vain");
        ReleasedRequest filed =
                new ReleasedRequest("filed", request("r2", "filed"), null, "in vain");
        try (var release = release(UnknownTenant.HOLD, DEFAULTS)) {
            release.processElement(acme, 1);
            release.processElement(filed, 2);

            assertThat(release.extractOutputValues())
                    .extracting(ResolvedRequest::configVersion)
                    .containsExactly(40L);
            OutgoingRecord letter = release.getSideOutput(DeadLetterOutput.TAG).remove().getValue();
            assertThat(header(letter, DeadLetter.REASON)).isEqualTo("UNKNOWN_TENANT");
            assertThat(header(letter, DeadLetter.MESSAGE)).isEqualTo("in vain");
        }
        try (var release = release(UnknownTenant.DEFAULTS, DEFAULTS)) {
            release.processElement(acme, 1);

            assertThat(release.extractOutputValues())
                    .extracting(r -> r.configVersion() + "/" + r.settings().topN())
                    .containsExactly("0/9");
        }
    }

    @Test
    void theConfigOfRequestsThatLeaveTogetherIsReadOnce() throws Exception {
        CountingDefaults defaults = new CountingDefaults();
        try (var release = release(UnknownTenant.HOLD, defaults)) {
            for (String config : List.of("{\"version\":1}", "{\"version\":2,\"model\":\"gone\"}")) {
                for (int i = 0; i < 3; i++) {
                    release.processElement(
                            new ReleasedRequest("acme", request("r" + i, "acme"), config, null), 1);
                }
            }

            assertThat(defaults.reads).isEqualTo(2);
            assertThat(release.extractOutputValues()).hasSize(3);
            assertThat(reasons(release.getSideOutput(DeadLetterOutput.TAG)))
                    .containsExactly("INVALID_CONFIG", "INVALID_CONFIG", "INVALID_CONFIG");
        }
    }

    /** Counts how often a config is read over them. */
    @SuppressWarnings("unchecked") // of Jackson's own overrides
    private static final class CountingDefaults extends ObjectNode {

        @Serial private static final long serialVersionUID = 1L;

        private int reads;

        CountingDefaults() {
            super(JsonNodeFactory.instance);
            setAll(DEFAULTS);
        }

        @Override
        public Set<Map.Entry<String, JsonNode>> properties() {
            reads++;
            return super.properties();
        }
    }

    private static OneInputStreamOperatorTestHarness<RawEvent, TenantUpdate> tenants(
            OperatorSubtaskState state) throws Exception {
        var harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new KeyedProcessOperator<>(
                                new TenantConfigFunction(
                                        LIMITS, catalog("small", "other"), DEFAULTS)),
                        TenantConfigFunction::keyOf,
                        Types.STRING);
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
        return harness;
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
                                new LiveResolveFunction(
                                        LIMITS, directory(unknown), catalog, defaults),
                                List.of(LiveResolveFunction.CONFIGS)));
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
        return harness;
    }

    /** The file: it names {@code filed}, with version 40. */
    private static TenantDirectory directory(UnknownTenant unknown) {
        TenantConfig defaults = TenantConfig.read(DEFAULTS, null, "defaults");
        TenantConfig filed =
                TenantConfig.read(
                        DEFAULTS.objectNode().put("version", 40).put("top_n", 8),
                        DEFAULTS,
                        "filed");
        return new TenantDirectory(defaults, Map.of("filed", filed), unknown);
    }

    private static OneInputStreamOperatorTestHarness<ReleasedRequest, ResolvedRequest> release(
            UnknownTenant unknown, ObjectNode defaults) throws Exception {
        var harness =
                new OneInputStreamOperatorTestHarness<>(
                        new ProcessOperator<>(
                                new ReleaseFunction(
                                        LIMITS, directory(unknown), catalog("small"), defaults)));
        harness.open();
        return harness;
    }

    private static KeyedTwoInputStreamOperatorTestHarness<
                    String, TenantUpdate, PendingRequest, ReleasedRequest>
            hold(HoldLimits limits, OperatorSubtaskState state) throws Exception {
        var harness =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        new KeyedCoProcessOperator<>(new HoldFunction(limits)),
                        TenantUpdate::tenant,
                        PendingRequest::tenant,
                        Types.STRING);
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
        return harness;
    }

    private static ModelCatalog catalog(String... models) {
        Map<String, ModelReference> references = new HashMap<>();
        for (String model : models) {
            references.put(model, new ModelReference("/" + model, ComputeType.AUTO, "cpu"));
        }
        return new ModelCatalog(references);
    }

    private static void put(
            OneInputStreamOperatorTestHarness<RawEvent, TenantUpdate> tenants,
            String tenant,
            String config)
            throws Exception {
        byte[] key = tenant == null ? null : tenant.getBytes(UTF_8);
        byte[] value = config == null ? null : config.getBytes(UTF_8);
        tenants.processElement(new RawEvent(key, value, List.of(), "tenants", 0, 9, 1), 1);
    }

    private static void update(
            TwoInputStreamOperatorTestHarness<RawEvent, TenantUpdate, ResolvedRequest> resolve,
            String tenant,
            String config)
            throws Exception {
        resolve.processElement2(new TenantUpdate(tenant, config), 0);
    }

    private static void wait(
            KeyedTwoInputStreamOperatorTestHarness<
                            String, TenantUpdate, PendingRequest, ReleasedRequest>
                    hold,
            String id,
            String tenant)
            throws Exception {
        hold.processElement2(new PendingRequest(tenant, request(id, tenant)), 0);
    }

    private static RawEvent request(String id, String tenant) {
        String value =
                "{\"request_id\":\"%s\",\"tenant\":\"%s\",\"query\":\"q\",\"documents\":[\"d\"]}"
                        .formatted(id, tenant);
        return new RawEvent(
                id.getBytes(UTF_8), value.getBytes(UTF_8), List.of(), "requests", 0, 0, 1);
    }

    private static String id(RawEvent event) {
        return new String(event.key(), UTF_8);
    }

    private static List<Long> timestamps(Iterable<Object> output) {
        List<Long> timestamps = new ArrayList<>();
        output.forEach(element -> timestamps.add(((StreamRecord<?>) element).getTimestamp()));
        return timestamps;
    }

    private static List<String> reasons(Iterable<StreamRecord<OutgoingRecord>> letters) {
        List<String> reasons = new ArrayList<>();
        letters.forEach(letter -> reasons.add(header(letter.getValue(), DeadLetter.REASON)));
        return reasons;
    }

    private static String header(OutgoingRecord letter, String name) {
        return letter.headers().stream()
                .filter(header -> header.key().equals(name))
                .map(RecordHeader::value)
                .map(value -> new String(value, UTF_8))
                .findFirst()
                .orElseThrow();
    }
}
