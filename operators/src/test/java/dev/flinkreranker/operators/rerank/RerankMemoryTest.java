package dev.flinkreranker.operators.rerank;

import static dev.flinkreranker.operators.rerank.RerankHarness.CATALOG;
import static dev.flinkreranker.operators.rerank.RerankHarness.LIMITS;
import static dev.flinkreranker.operators.rerank.RerankHarness.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.ResolvedRequest;
import dev.flinkreranker.operators.event.TopicLimits;
import dev.flinkreranker.operators.record.RerankOutput;
import dev.flinkreranker.operators.record.RerankOutput.Destination;
import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.request.RequestParser;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.operators.result.ResultStatus;
import dev.flinkreranker.operators.tenant.Overrides;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.AbstractUdfStreamOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are large together. */
@ExtendWith(LengthScorer.Gate.class)
@SuppressWarnings("try") // the harness's close may be interrupted
class RerankMemoryTest {

    private static final int KEPT = 10;
    private static final int DOCUMENTS = 9;
    private static final String WAITS = "{'model':'length','on_overload':'wait'}";

    /** For three of them. */
    private static final long WINDOW = 3L * 3 * 1_000_000;

    /** Of about a megabyte. */
    private static ResolvedRequest large(String settings, char letter) throws Exception {
        return request(
                settings,
                Collections.nCopies(DOCUMENTS, String.valueOf(letter).repeat(100_000))
                        .toArray(String[]::new));
    }

    private static RerankHarness harness(int shared) throws Exception {
        return new RerankHarness(LIMITS, CATALOG, null, shared, WINDOW, TopicLimits.NONE);
    }

    @SuppressWarnings("unchecked") // of the harness
    private static boolean hasRoom(RerankHarness harness, ResolvedRequest request) {
        return ((RerankFunction<ResolvedRequest, RerankOutput>)
                        ((AbstractUdfStreamOperator<?, ?>) harness.getOperator()).getUserFunction())
                .hasRoom(request);
    }

    private static void allRanked(RerankHarness harness, int requests) throws Exception {
        List<RerankOutput> outputs = harness.extractOutputValues();
        assertThat(outputs).hasSize(requests);
        for (RerankOutput output : outputs) {
            assertThat(ResultCodec.decode(output.record().value()).status())
                    .isEqualTo(ResultStatus.RANKED);
        }
    }

    @Test
    void aFloodOfLargeRequestsIsTakenUpAsFarAsTheyFit() throws Exception {
        ResolvedRequest large = large(WAITS, 'a');
        LengthScorer.hold();
        try (RerankHarness harness = harness(0)) {
            harness.open();
            int underWay = 0;
            while (hasRoom(harness, large)) {
                harness.processElement(large, 1);
                underWay++;
            }
            assertThat(underWay).isEqualTo(3);
            LengthScorer.release();
            for (int i = 0; i < 30; i++) {
                harness.processElement(large, 1);
            }
            harness.endInput();
            allRanked(harness, 33);
            assertThat(hasRoom(harness, large)).isTrue();
        }
    }

    @Test
    void aTenantBeyondItsShareOfTheHeapHoldsUpNobody() throws Exception {
        LengthScorer.hold();
        try (RerankHarness harness = harness(8)) {
            harness.open();
            ResolvedRequest large = large("{'model':'length'}", 'a');
            for (int i = 0; i < 5; i++) {
                assertThat(hasRoom(harness, large)).isTrue();
                harness.processElement(large, 1);
                if (i > 0) {
                    harness.awaitOutput(i);
                }
            }
            assertThat(harness.extractOutputValues())
                    .hasSize(4)
                    .extracting(RerankOutput::destination)
                    .containsOnly(Destination.OVERFLOW);
            LengthScorer.release();
            harness.endInput();
        }
    }

    @Test
    void whatOnlyPassesThroughNeedsNoRoom() throws Exception {
        LengthScorer.hold();
        try (RerankHarness harness = harness(0)) {
            harness.open();
            ResolvedRequest large = large(WAITS, 'a');
            while (hasRoom(harness, large)) {
                harness.processElement(large, 1);
            }
            assertThat(hasRoom(harness, large("{'model':'none'}", 'a'))).isTrue();
            LengthScorer.release();
            harness.endInput();
        }
    }

    /** As after a rescale to fewer instances, or with a smaller window. */
    @Test
    void stateThatIsLargerThanTheWindowIsTakenUpPieceByPiece() throws Exception {
        LengthScorer.hold();
        OperatorSubtaskState state;
        RerankHarness full = new RerankHarness(LIMITS, CATALOG, null);
        full.open();
        for (int i = 0; i < 5; i++) {
            full.processElement(large(WAITS, 'a'), i);
        }
        state = full.snapshot(1, 1);
        // The engine waits for a running batch when it closes.
        LengthScorer.release();
        full.close();

        try (RerankHarness restored = harness(0)) {
            restored.initializeState(state);
            restored.open();
            assertThat(restored.extractOutputValues()).hasSizeGreaterThanOrEqualTo(2);
            restored.endInput();
            allRanked(restored, 5);
        }
    }

    /** Latin letters take a byte each in the heap, others two, but more in the event. */
    @ParameterizedTest
    @ValueSource(chars = {'a', 'é', '語'})
    void whatIsKeptOfARequestTakesNoMoreThanItIsChargedFor(char letter) throws Exception {
        RequestParser parser =
                new RequestParser(
                        new RequestLimits(3_000_000, null, null, null, null, null),
                        Overrides.POSSIBLE);
        long charged = 0;
        long[] kept = new long[5];
        // Threads of earlier tests, still at their ends, take and give a little beside some of
        // them.
        for (int i = 0; i < kept.length; i++) {
            List<Object> requests = new ArrayList<>();
            charged = 0;
            for (int j = 0; j < KEPT; j++) {
                ResolvedRequest resolved = large(WAITS, letter);
                RerankRequest request = parser.parse(resolved.event().value()).toScore();
                charged += Place.of(resolved, request).bytes();
                requests.add(List.of(resolved, request));
            }
            long with = usedHeap();
            assertThat(requests).hasSize(KEPT);
            requests.clear();
            kept[i] = with - usedHeap();
        }
        Arrays.sort(kept);
        assertThat(kept[kept.length / 2]).isBetween(KEPT * 1_000_000L, charged);
    }

    /** What is left when nothing more can be collected. */
    private static long usedHeap() {
        long used = Long.MAX_VALUE;
        long before;
        do {
            before = used;
            System.gc();
            used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        } while (used < before);
        return before;
    }
}
