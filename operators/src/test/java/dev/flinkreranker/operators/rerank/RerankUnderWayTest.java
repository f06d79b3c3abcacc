package dev.flinkreranker.operators.rerank;

import static dev.flinkreranker.operators.rerank.RerankHarness.CATALOG;
import static dev.flinkreranker.operators.rerank.RerankHarness.LIMITS;
import static dev.flinkreranker.operators.rerank.RerankHarness.harness;
import static dev.flinkreranker.operators.rerank.RerankHarness.header;
import static dev.flinkreranker.operators.rerank.RerankHarness.only;
import static dev.flinkreranker.operators.rerank.RerankHarness.request;
import static dev.flinkreranker.operators.rerank.RerankHarness.result;
import static dev.flinkreranker.operators.rerank.RerankHarness.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.operators.ResolvedRequest;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.OverflowRecord;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.event.RecordHeader;
import dev.flinkreranker.operators.record.RerankOutput;
import dev.flinkreranker.operators.record.RerankOutput.Destination;
import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.result.RankedDocument;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.operators.result.ResultStatus;
import dev.flinkreranker.runtime.engine.RerankEngine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that are under way when their time, the device or the task ends. */
@ExtendWith(LengthScorer.Gate.class)
@SuppressWarnings("try") // the harness's close may be interrupted
class RerankUnderWayTest {

    @Test
    void aDeadlineEndsTheRequestWhileTheDeviceIsBusy() throws Exception {
        LengthScorer.hold();
        RankedResult result = result(run(LIMITS, "{'model':'length','deadline_ms':50}", "a", "bb"));
        assertThat(result.status()).isEqualTo(ResultStatus.TIMED_OUT);
        assertThat(result.results()).extracting(RankedDocument::index).containsExactly(0, 1);

        LengthScorer.hold();
        RerankOutput letter =
                only(
                        run(
                                LIMITS,
                                "{'model':'length','deadline_ms':50,'on_timeout':'dead_letter'}",
                                "a"));
        assertThat(header(letter, DeadLetter.REASON)).isEqualTo("TIMED_OUT");
    }

    @Test
    void theOperatorsOwnTimerPassesTheRequestThrough() throws Exception {
        LengthScorer.hold();
        try (RerankHarness harness = harness(LIMITS, Duration.ofHours(1))) {
            harness.processElement(request("{'model':'length'}", "a", "bb"), 1);
            harness.setProcessingTime(Duration.ofHours(1).toMillis() + 1);
            harness.awaitOutput(1);

            RankedResult result =
                    ResultCodec.decode(harness.extractOutputValues().get(0).record().value());
            assertThat(result.status()).isEqualTo(ResultStatus.TIMED_OUT);
            LengthScorer.release();
        }
    }

    @Test
    void beyondItsLimitATenantIsThrottledWhereItWantsThat() throws Exception {
        LengthScorer.hold();
        String settings = "{'model':'length','max_in_flight':2,'on_overload':'%s'}";
        for (String policy : List.of("passthrough", "dead_letter")) {
            try (RerankHarness harness = harness()) {
                harness.processElement(request(settings.formatted(policy), "a", "bb"), 1);
                harness.processElement(request(settings.formatted(policy), "c", "dd"), 2);
                harness.awaitOutput(1);
                RerankOutput record = harness.extractOutputValues().get(0);
                if (policy.equals("passthrough")) {
                    assertThat(ResultCodec.decode(record.record().value()).status())
                            .isEqualTo(ResultStatus.THROTTLED);
                } else {
                    assertThat(header(record, DeadLetter.REASON)).isEqualTo("THROTTLED");
                    assertThat(header(record, DeadLetter.MESSAGE)).contains("more than 2 pairs");
                }
                LengthScorer.release();
                harness.awaitOutput(2);
                LengthScorer.hold();
            }
        }
    }

    @Test
    void beyondItsShareATenantsRequestsLeaveAtOnceAsItWants() throws Exception {
        LengthScorer.hold();
        Map<String, Object> expected =
                Map.of(
                        "overflow", Destination.OVERFLOW,
                        "passthrough", Destination.RESULTS,
                        "dead_letter", Destination.DEAD_LETTERS);
        for (Map.Entry<String, Object> policy : expected.entrySet()) {
            String settings = "{'model':'length','on_overload':'%s'}";
            ResolvedRequest request = request(settings.formatted(policy.getKey()), "a");
            try (RerankHarness harness = new RerankHarness(LIMITS, CATALOG, null, 2)) {
                harness.open();
                harness.processElement(request, 1);
                harness.processElement(request, 2);
                harness.awaitOutput(1);
                RerankOutput left = harness.extractOutputValues().get(0);
                assertThat(left.destination()).isEqualTo(policy.getValue());
                if (policy.getValue() == Destination.OVERFLOW) {
                    assertThat(left.usage()).isNull();
                    assertThat(OverflowRecord.tenant(left.record())).isEqualTo("t");
                }
                LengthScorer.release();
                harness.awaitOutput(2);
                // The one before has left, so there is room again.
                harness.processElement(request, 3);
                harness.awaitOutput(3);
                assertThat(harness.extractOutputValues().get(2).destination())
                        .isEqualTo(Destination.RESULTS);
                LengthScorer.hold();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"wait, 1000000", "overflow, 0"})
    void beyondItsShareItWaitsWhereItWantsToOrTheRecordWouldBeTooLarge(String policy, int spare)
            throws Exception {
        LengthScorer.hold();
        ResolvedRequest request =
                request("{'model':'length','on_overload':'%s'}".formatted(policy), "a");
        RawEvent event = request.event();
        long plain = new OutgoingRecord(event.key(), event.value(), event.headers()).size();
        RequestLimits limits =
                new RequestLimits(1_000_000, 10, 1_000, 10, (int) plain + 20_020 + spare, null);
        RawEvent padded =
                new RawEvent(
                        event.key(),
                        event.value(),
                        List.of(new RecordHeader("padding", new byte[20_000])),
                        event.topic(),
                        event.partition(),
                        event.offset(),
                        event.timestamp());
        ResolvedRequest large =
                new ResolvedRequest(padded, request.settings(), 1L, null, null, null);
        try (RerankHarness harness = new RerankHarness(limits, CATALOG, null, 1)) {
            harness.open();
            harness.processElement(large, 1);
            harness.processElement(large, 2);
            LengthScorer.release();
            harness.awaitOutput(2);
            assertThat(harness.extractOutputValues())
                    .extracting(RerankOutput::destination)
                    .doesNotContain(Destination.OVERFLOW);
        }
    }

    /** A checkpoint between the device's end and the task's still has the request. */
    @Test
    void aBrokenDeviceFailsTheTaskAndLosesNoRequest() throws Exception {
        LengthScorer.breakDevice();
        OperatorSubtaskState snapshot;
        try (RerankHarness harness = harness()) {
            harness.processElement(request("{'model':'length'}", "a", "bb"), 1);
            TaskMailbox mailbox = harness.getTaskMailbox();
            assertThatThrownBy(() -> mailbox.take(TaskMailbox.MIN_PRIORITY).run())
                    .hasStackTraceContaining("the device broke");

            assertThat(harness.getEnvironment().getActualExternalFailureCause()).isEmpty();
            assertThat(harness.extractOutputValues()).isEmpty();
            snapshot = harness.snapshot(1, 1);
        }

        LengthScorer.reset();
        try (RerankHarness restored = new RerankHarness(LIMITS, CATALOG, null)) {
            restored.initializeState(snapshot);
            restored.open();
            restored.endInput();
            assertThat(result(restored.extractOutputValues()).status())
                    .isEqualTo(ResultStatus.RANKED);
        }
    }

    @Test
    void whatIsUnderWayIsInTheCheckpointAndIsDoneAfterARestart() throws Exception {
        LengthScorer.hold();
        OperatorSubtaskState snapshot;
        // Another task of the process, so that this one does not wait for the batch.
        try (RerankEngine other = RerankHarness.engine()) {
            RerankHarness harness = harness();
            harness.processElement(request("{'model':'length'}", "a", "bb"), 5);
            snapshot = harness.snapshot(1, 1);
            // Closing ends the request; that must not become an output.
            harness.close();
            assertThat(harness.extractOutputValues()).isEmpty();
            LengthScorer.release();
        }

        try (RerankHarness restored = new RerankHarness(LIMITS, CATALOG, null)) {
            restored.initializeState(snapshot);
            restored.open();
            restored.endInput();

            RankedResult result =
                    ResultCodec.decode(restored.extractOutputValues().get(0).record().value());
            assertThat(result.results()).extracting(RankedDocument::index).containsExactly(1, 0);
        }
    }
}
