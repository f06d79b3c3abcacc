package dev.flinkreranker.operators.resolve;

import static dev.flinkreranker.operators.resolve.Tenants.id;
import static dev.flinkreranker.operators.resolve.Tenants.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.tenant.TenantUpdate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** Requests wait for their tenant's config. */
@SuppressWarnings("try") // the harness's close may be interrupted
class HoldFunctionTest {

    private static final HoldLimits HOLD = new HoldLimits(Duration.ofSeconds(10), 3, 2_000);
    private static final int MAX_PARALLELISM = 128;

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

    /**
     * The web interface, an autoscaler and a lost TaskManager rescale operators of one instance.
     */
    @Test
    void whatWaitsOutlivesARescaleAndCountsWhereItWent() throws Exception {
        List<String> tenants = List.of("acme", "bulk", "corp");
        OperatorSubtaskState one;
        try (var hold = hold(HOLD, null)) {
            hold.setProcessingTime(1_000);
            for (String tenant : tenants) {
                wait(hold, "first-" + tenant, tenant);
            }
            one = hold.snapshot(1, 1);
        }
        List<OperatorSubtaskState> two = new ArrayList<>();
        List<String> answered = new ArrayList<>();
        for (int index = 0; index < 2; index++) {
            try (var hold = hold(HOLD, one, 1, 2, index)) {
                List<String> mine = new ArrayList<>();
                for (String tenant : tenants) {
                    if (assigned(tenant, 2) == index) {
                        mine.add(tenant);
                    }
                }
                // Of three that may wait in each, those that it took over do.
                for (int i = mine.size(); i < 4; i++) {
                    wait(hold, "more", mine.get(0));
                }
                assertThat(hold.extractOutputValues())
                        .extracting(ReleasedRequest::refusal)
                        .singleElement()
                        .asString()
                        .contains("3 requests wait for configs already");
                two.add(hold.snapshot(2, 2));
            }
        }
        try (var hold =
                hold(
                        HOLD,
                        AbstractStreamOperatorTestHarness.repackageState(
                                two.toArray(OperatorSubtaskState[]::new)),
                        2,
                        1,
                        0)) {
            for (String tenant : tenants) {
                hold.processElement1(new TenantUpdate(tenant, "{}"), 1);
            }
            hold.extractOutputValues().forEach(r -> answered.add(id(r.event())));
            wait(hold, "r1", "dune");
            wait(hold, "r2", "dune");
            wait(hold, "r3", "dune");
            assertThat(hold.extractOutputValues()).hasSize(answered.size());
        }
        assertThat(answered).contains("first-acme", "first-bulk", "first-corp").hasSize(6);
    }

    private static int assigned(String tenant, int parallelism) {
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                tenant, MAX_PARALLELISM, parallelism);
    }

    private static KeyedTwoInputStreamOperatorTestHarness<
                    String, TenantUpdate, PendingRequest, ReleasedRequest>
            hold(HoldLimits limits, OperatorSubtaskState state) throws Exception {
        return hold(limits, state, 1, 1, 0);
    }

    private static KeyedTwoInputStreamOperatorTestHarness<
                    String, TenantUpdate, PendingRequest, ReleasedRequest>
            hold(
                    HoldLimits limits,
                    OperatorSubtaskState state,
                    int before,
                    int parallelism,
                    int index)
                    throws Exception {
        var harness =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        new KeyedCoProcessOperator<>(new HoldFunction(limits)),
                        TenantUpdate::tenant,
                        PendingRequest::tenant,
                        Types.STRING,
                        MAX_PARALLELISM,
                        parallelism,
                        index);
        if (state != null) {
            harness.initializeState(
                    AbstractStreamOperatorTestHarness.repartitionOperatorState(
                            state, MAX_PARALLELISM, before, parallelism, index));
        }
        harness.open();
        return harness;
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
}
