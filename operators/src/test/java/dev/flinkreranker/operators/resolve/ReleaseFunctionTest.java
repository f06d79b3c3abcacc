package dev.flinkreranker.operators.resolve;

import static dev.flinkreranker.operators.resolve.Tenants.DEFAULTS;
import static dev.flinkreranker.operators.resolve.Tenants.catalog;
import static dev.flinkreranker.operators.resolve.Tenants.header;
import static dev.flinkreranker.operators.resolve.Tenants.reasons;
import static dev.flinkreranker.operators.resolve.Tenants.request;
import static dev.flinkreranker.operators.resolve.Tenants.settings;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.ResolvedRequest;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.deadletter.DeadLetterOutput;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.resolve.Tenants.CountingDefaults;
import dev.flinkreranker.operators.tenant.UnknownTenant;
import java.util.List;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** Requests that have waited go on. */
@SuppressWarnings("try") // the harness's close may be interrupted
class ReleaseFunctionTest {

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

    private static OneInputStreamOperatorTestHarness<ReleasedRequest, ResolvedRequest> release(
            UnknownTenant unknown, ObjectNode defaults) throws Exception {
        var harness =
                new OneInputStreamOperatorTestHarness<>(
                        new ProcessOperator<>(
                                new ReleaseFunction(
                                        settings(unknown, catalog("small"), defaults))));
        harness.open();
        return harness;
    }
}
