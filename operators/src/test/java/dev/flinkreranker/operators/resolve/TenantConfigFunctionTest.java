package dev.flinkreranker.operators.resolve;

import static dev.flinkreranker.operators.resolve.Tenants.DEFAULTS;
import static dev.flinkreranker.operators.resolve.Tenants.catalog;
import static dev.flinkreranker.operators.resolve.Tenants.header;
import static dev.flinkreranker.operators.resolve.Tenants.reasons;
import static dev.flinkreranker.operators.resolve.Tenants.settings;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.deadletter.DeadLetterOutput;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.tenant.TenantUpdate;
import dev.flinkreranker.operators.tenant.UnknownTenant;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** Configs come in from the topic. */
@SuppressWarnings("try") // the harness's close may be interrupted
class TenantConfigFunctionTest {

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

    private static OneInputStreamOperatorTestHarness<RawEvent, TenantUpdate> tenants(
            OperatorSubtaskState state) throws Exception {
        var harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new KeyedProcessOperator<>(
                                new TenantConfigFunction(
                                        settings(
                                                UnknownTenant.REJECT,
                                                catalog("small", "other"),
                                                DEFAULTS))),
                        TenantConfigFunction::keyOf,
                        Types.STRING);
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
        return harness;
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
}
