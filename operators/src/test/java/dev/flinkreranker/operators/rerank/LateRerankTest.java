package dev.flinkreranker.operators.rerank;

import static dev.flinkreranker.operators.rerank.RerankHarness.LIMITS;
import static dev.flinkreranker.operators.rerank.RerankHarness.harness;
import static dev.flinkreranker.operators.rerank.RerankHarness.request;
import static dev.flinkreranker.operators.rerank.RerankHarness.result;
import static dev.flinkreranker.operators.rerank.RerankHarness.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.record.RerankOutput;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.operators.result.ResultStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a request gets that would miss its deadline, of a tenant with settings for that. */
@ExtendWith(LengthScorer.Gate.class)
@SuppressWarnings("try") // the harness's close may be interrupted
class LateRerankTest {

    private static final String LATE =
            "{'model':'length','deadline_ms':10000,'when_late':{'max_candidates':2}}";

    /** So many passages take the device about a second. */
    private static final int SECOND = 50;

    /** Passages of some 19 characters. */
    private static String[] passages(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "p".repeat(15 + i % 9))
                .toArray(String[]::new);
    }

    /** A harness whose engine has seen a slow device. It is fast from now on. */
    private static RerankHarness slow() throws Exception {
        RerankHarness harness = harness();
        LengthScorer.pace(Duration.ofMillis(1));
        for (int i = 0; i < 8; i++) {
            harness.processElement(request("{'model':'length'}", passages(1 + i % 4)), i);
            harness.awaitOutput(i + 1);
        }
        LengthScorer.pace(Duration.ZERO);
        harness.getOutput().clear();
        return harness;
    }

    private static RankedResult decoded(RerankOutput output) {
        try {
            return ResultCodec.decode(output.record().value());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aFloodOfItsOwnMakesARequestLate() throws Exception {
        String[] sixSeconds = passages(6 * SECOND);
        RankedResult full = result(run(LIMITS, "{'model':'length'}", sixSeconds));
        RankedResult less =
                result(run(LIMITS, "{'model':'length','max_candidates':2}", sixSeconds));
        try (RerankHarness harness = slow()) {
            harness.processElement(request(LATE, sixSeconds), 1);
            harness.awaitOutput(1);
            RankedResult inTime = decoded(harness.extractOutputValues().get(0));
            assertThat(inTime.results()).isEqualTo(full.results());
            assertThat(inTime.meta().whenLate()).isNull();
        }
        try (RerankHarness harness = slow()) {
            LengthScorer.hold();
            for (int i = 0; i < 3; i++) {
                harness.processElement(request("{'model':'length'}", sixSeconds), 1);
            }
            harness.processElement(request(LATE, sixSeconds), 1);
            LengthScorer.release();
            harness.awaitOutput(4);
            assertThat(harness.extractOutputValues())
                    .extracting(LateRerankTest::decoded)
                    .filteredOn(result -> result.meta().whenLate() != null)
                    .singleElement()
                    .satisfies(
                            late -> {
                                assertThat(late.status()).isEqualTo(ResultStatus.RANKED);
                                assertThat(late.results()).isEqualTo(less.results());
                                assertThat(late.usage()).isEqualTo(less.usage());
                            });
        }
    }

    @Test
    void whatAloneTakesTooLongIsLateWithoutAFlood() throws Exception {
        try (RerankHarness harness = slow()) {
            harness.processElement(request(LATE, passages(15 * SECOND)), 1);
            harness.processElement(
                    request(LATE.replace("'deadline_ms':10000,", ""), passages(15 * SECOND)), 1);
            harness.awaitOutput(2);

            assertThat(harness.extractOutputValues())
                    .extracting(output -> decoded(output).meta().whenLate())
                    .containsExactlyInAnyOrder(true, null);
        }
    }

    @Test
    void aStageCountsWithAsMuchAsItMayGet() throws Exception {
        String[] passages = passages(6 * SECOND);
        assertThat(whenLate(5 * SECOND, passages)).isTrue();
        assertThat(whenLate(5, passages)).isNull();
    }

    private static Boolean whenLate(int keep, String... passages) throws Exception {
        String stages =
                "{'model':'length','deadline_ms':10000,'stages':[{'keep':%d},{}],"
                        + "'when_late':{'max_candidates':1}}";
        try (RerankHarness harness = slow()) {
            harness.processElement(request(stages.formatted(keep), passages), 1);
            harness.awaitOutput(1);
            return decoded(harness.extractOutputValues().get(0)).meta().whenLate();
        }
    }

    @Test
    void nothingIsLateBeforeTheDeviceIsKnown() throws Exception {
        RankedResult first = result(run(LIMITS, LATE, passages(15 * SECOND)));

        assertThat(first.meta().whenLate()).isNull();
    }
}
