package dev.flinkreranker.operators.resolve;

import static dev.flinkreranker.operators.resolve.Tenants.id;
import static dev.flinkreranker.operators.resolve.Tenants.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.tenant.TenantUpdate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** What comes after takes 30 ms for each request, so that three go at a time. */
@SuppressWarnings("try") // the harness's close may be interrupted
class HoldPortionsTest {

    private static final long OUTPUT_NANOS = Duration.ofMillis(30).toNanos();
    private static final HoldLimits LIMITS = new HoldLimits(Duration.ofSeconds(10), 100, 100_000);
    private static final TenantUpdate CONFIG = new TenantUpdate("acme", "{\"version\":1}");

    @Test
    void aCheckpointCanComeBetweenRequestsThatAreReleased() throws Exception {
        OperatorSubtaskState between;
        try (SlowHold hold = new SlowHold(null)) {
            hold.wait(7);
            hold.processElement1(CONFIG, 1);
            assertThat(hold.ids()).containsExactly("r0", "r1", "r2");
            between = hold.snapshot(1, 1);

            hold.setProcessingTime(1);
            assertThat(hold.ids()).containsExactly("r0", "r1", "r2", "r3", "r4", "r5");
            hold.setProcessingTime(2);
            assertThat(hold.ids()).hasSize(7).endsWith("r6");
            assertThat(hold.numProcessingTimeTimers()).isZero();
            assertThat(hold.numEventTimeTimers()).isZero();
        }
        try (SlowHold restored = new SlowHold(between)) {
            restored.setProcessingTime(1);
            restored.setProcessingTime(2);
            assertThat(restored.ids()).containsExactly("r3", "r4", "r5", "r6");
        }
    }

    @Test
    void whatComesMeanwhileComesLast() throws Exception {
        try (SlowHold hold = new SlowHold(null)) {
            hold.wait(5);
            hold.processElement1(CONFIG, 1);
            hold.wait("next");
            assertThat(hold.ids()).containsExactly("r0", "r1", "r2", "r3", "r4", "next");
        }
    }

    @Test
    void theEndOfTheInputReleasesThemAll() throws Exception {
        try (SlowHold hold = new SlowHold(null)) {
            hold.wait(7);
            hold.processElement1(CONFIG, 1);
            hold.processWatermark1(Watermark.MAX_WATERMARK);
            hold.processWatermark2(Watermark.MAX_WATERMARK);
            assertThat(hold.extractOutputValues())
                    .hasSize(7)
                    .allMatch(released -> CONFIG.config().equals(released.config()));
        }
    }

    private static final class SlowHold
            extends KeyedTwoInputStreamOperatorTestHarness<
                    String, TenantUpdate, PendingRequest, ReleasedRequest> {

        SlowHold(OperatorSubtaskState state) throws Exception {
            this(new AtomicLong(), state);
        }

        private SlowHold(AtomicLong nanos, OperatorSubtaskState state) throws Exception {
            super(
                    new KeyedCoProcessOperator<>(
                            new HoldFunction(LIMITS, () -> nanos.getAndAdd(OUTPUT_NANOS))),
                    TenantUpdate::tenant,
                    PendingRequest::tenant,
                    Types.STRING);
            if (state != null) {
                initializeState(state);
            }
            open();
        }

        void wait(int requests) throws Exception {
            for (int i = 0; i < requests; i++) {
                wait("r" + i);
            }
        }

        void wait(String id) throws Exception {
            processElement2(new PendingRequest("acme", request(id, "acme")), 0);
        }

        List<String> ids() {
            return extractOutputValues().stream().map(released -> id(released.event())).toList();
        }
    }
}
