package dev.flinkreranker.operators.resolve;

import static dev.flinkreranker.operators.resolve.Tenants.DEFAULTS;
import static dev.flinkreranker.operators.resolve.Tenants.catalog;
import static dev.flinkreranker.operators.resolve.Tenants.header;
import static dev.flinkreranker.operators.resolve.Tenants.id;
import static dev.flinkreranker.operators.resolve.Tenants.request;
import static dev.flinkreranker.operators.resolve.Tenants.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.deadletter.DeadLetterOutput;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.tenant.UnknownTenant;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** Requests meet the configs of the job's file. */
@SuppressWarnings("try") // the harness's close may be interrupted
class ResolveFunctionTest {

    @Test
    void aRequestOfATenantThatTheFileDoesNotNameIsADeadLetter() throws Exception {
        try (var resolve =
                new OneInputStreamOperatorTestHarness<>(
                        new ProcessOperator<>(
                                new ResolveFunction(
                                        settings(
                                                UnknownTenant.REJECT,
                                                catalog("small"),
                                                DEFAULTS))))) {
            resolve.open();
            resolve.processElement(request("r1", "filed"), 1);
            resolve.processElement(request("r2", "t"), 2);

            assertThat(resolve.extractOutputValues())
                    .extracting(resolved -> id(resolved.event()) + "/" + resolved.configVersion())
                    .containsExactly("r1/40");
            OutgoingRecord letter = resolve.getSideOutput(DeadLetterOutput.TAG).remove().getValue();
            assertThat(header(letter, DeadLetter.REASON)).isEqualTo("UNKNOWN_TENANT");
            assertThat(header(letter, DeadLetter.MESSAGE))
                    .isEqualTo("tenant \"t\" is not configured");
            assertThat(header(letter, DeadLetter.REQUEST_ID)).isEqualTo("r2");
        }
    }
}
