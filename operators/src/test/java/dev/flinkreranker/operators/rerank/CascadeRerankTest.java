package dev.flinkreranker.operators.rerank;

import static dev.flinkreranker.operators.rerank.RerankHarness.LIMITS;
import static dev.flinkreranker.operators.rerank.RerankHarness.harness;
import static dev.flinkreranker.operators.rerank.RerankHarness.request;
import static dev.flinkreranker.operators.rerank.RerankHarness.result;
import static dev.flinkreranker.operators.rerank.RerankHarness.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.flinkreranker.operators.record.RerankOutput;
import dev.flinkreranker.operators.result.RankedDocument;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.operators.result.ResultStatus;
import dev.flinkreranker.operators.result.StageUsage;
import dev.flinkreranker.operators.usage.StageTotal;
import dev.flinkreranker.operators.usage.UsageEntry;
import dev.flinkreranker.runtime.engine.RerankEngine;
import java.time.Duration;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a request gets whose tenant has stages. */
@ExtendWith(LengthScorer.Gate.class)
@SuppressWarnings("try") // the harness's close may be interrupted
class CascadeRerankTest {

    /** The two longest go on, and the shorter of them wins. */
    private static final String STAGES =
            "'model':'length','stages':[{'keep':2},{'model':'shortness'}]}";

    @Test
    void whatAStageKeepsTheNextOneScores() throws Exception {
        RankedResult result = result(run(LIMITS, "{" + STAGES, "a", "ccc", "bb", "dddd"));

        assertThat(result.results()).extracting(RankedDocument::index).containsExactly(1, 3, 2, 0);
        assertThat(result.results())
                .extracting(RankedDocument::relevanceScore)
                .containsExactly(-3f, -4f, 2f, 1f);
        assertThat(result.results()).extracting(RankedDocument::stage).containsExactly(2, 2, 1, 1);
        assertThat(result.model()).isEqualTo("shortness");
        assertThat(result.usage().pairs()).isEqualTo(6);
        // A pair's operations are its characters here: the query has one.
        assertThat(result.usage().flops()).isEqualTo(2 + 4 + 3 + 5 + 4 + 5);
        assertThat(result.usage().stages()).hasSize(2);
        assertThat(result.usage().stages().get(1).model()).isEqualTo("shortness");
    }

    @Test
    void aCutSeesTheWholeRequestInAnyCompany() throws Exception {
        List<RerankOutput> alone = run(LIMITS, "{" + STAGES, "a", "ccc", "bb", "dddd");
        LengthScorer.hold();
        try (RerankHarness harness = harness()) {
            for (int i = 0; i < 5; i++) {
                harness.processElement(request("{" + STAGES, "a", "ccc", "bb", "dddd"), i);
                harness.processElement(
                        request("{'model':'length','stages':[{'keep':1},{}]}", "eeeee", "f"), i);
                LengthScorer.release();
                harness.awaitOutput(2 * i + 2);
            }
            byte[] expected = alone.get(0).record().value();
            assertThat(harness.extractOutputValues())
                    .filteredOn(output -> output.record().value().length == expected.length)
                    .hasSize(5)
                    .allSatisfy(output -> assertThat(output.record().value()).isEqualTo(expected));
        }
    }

    @Test
    void aDeadlineIsThatOfTheWholeRequest() throws Exception {
        LengthScorer.holdShortness();
        RankedResult late =
                result(run(LIMITS, "{'deadline_ms':400," + STAGES, "a", "ccc", "bb", "dddd"));
        assertThat(late.status()).isEqualTo(ResultStatus.TIMED_OUT);

        LengthScorer.holdShortness();
        RankedResult partial =
                result(
                        run(
                                LIMITS,
                                "{'deadline_ms':400,'on_timeout':'partial'," + STAGES,
                                "a",
                                "ccc",
                                "bb",
                                "dddd"));
        assertThat(partial.status()).isEqualTo(ResultStatus.PARTIAL);
        assertThat(partial.results()).extracting(RankedDocument::index).containsExactly(3, 1, 2, 0);
        assertThat(partial.model()).isEqualTo("length");
    }

    @Test
    void theJobsTimeoutLeavesTheRankingSoFarToo() throws Exception {
        LengthScorer.holdShortness();
        try (RerankHarness harness = harness(LIMITS, Duration.ofSeconds(30))) {
            harness.processElement(
                    request("{'on_timeout':'partial'," + STAGES, "a", "ccc", "bb"), 1);
            LengthScorer.awaitShortness();
            harness.setProcessingTime(60_000);
            harness.awaitOutput(1);
            LengthScorer.release();
            RankedResult result =
                    ResultCodec.decode(harness.extractOutputValues().get(0).record().value());
            assertThat(result.status()).isEqualTo(ResultStatus.PARTIAL);
            assertThat(result.results()).extracting(RankedDocument::index).containsExactly(1, 2, 0);
        }
    }

    @Test
    void aTaskThatEndsBetweenTwoStagesLeavesTheRequestInItsCheckpoint() throws Exception {
        String settings = "{" + STAGES;
        byte[] expected = run(LIMITS, settings, "a", "ccc", "bb").get(0).record().value();
        LengthScorer.holdShortness();
        OperatorSubtaskState snapshot;
        // Another task of the process, so that this one does not wait for the batch.
        try (RerankEngine other = RerankHarness.engine()) {
            RerankHarness harness = harness();
            harness.processElement(request(settings, "a", "ccc", "bb"), 1);
            LengthScorer.awaitShortness();
            snapshot = harness.snapshot(1, 1);
            harness.close();
            assertThat(harness.extractOutputValues()).isEmpty();
            LengthScorer.release();
        }

        try (RerankHarness restored = new RerankHarness(LIMITS, RerankHarness.CATALOG, null)) {
            restored.initializeState(snapshot);
            restored.open();
            restored.endInput();
            assertThat(restored.extractOutputValues().get(0).record().value()).isEqualTo(expected);
        }
    }

    @Test
    void aStageThatFailsLeavesWhatItsTenantAsksFor() throws Exception {
        RankedResult result =
                result(
                        run(
                                LIMITS,
                                "{'model':'length','on_failure':'partial','stages':[{'keep':1},"
                                        + "{'model':'missing'}]}",
                                "a",
                                "bb"));

        assertThat(result.status()).isEqualTo(ResultStatus.PARTIAL);
        assertThat(result.meta().message())
                .startsWith("stage 2: model missing could not be loaded");
        assertThat(result.results()).extracting(RankedDocument::index).containsExactly(1, 0);
    }

    @Test
    void aDocumentThatAStageCannotScoreDoesNotGoOn() throws Exception {
        RankedResult result =
                result(run(LIMITS, "{" + STAGES, "a", LengthScorer.POISON + "cccc", "bb", "ddd"));

        assertThat(result.results()).extracting(RankedDocument::index).containsExactly(2, 3, 0, 1);
        assertThat(result.results().get(3).relevanceScore()).isNull();
        assertThat(result.results().get(3).stage()).isEqualTo(1);
    }

    @Test
    void twoCascadesAreInterleaved() throws Exception {
        RankedResult result =
                result(
                        run(
                                LIMITS,
                                "{'interleave':{'name':'i','settings':{'stages':null}}," + STAGES,
                                "a",
                                "ccc",
                                "bb",
                                "dddd"));

        assertThat(result.meta().interleaving()).isNotNull();
        assertThat(result.usage().pairs()).isEqualTo(10);
        assertThat(result.usage().stages())
                .extracting(StageUsage::team, StageUsage::model, StageUsage::pairs)
                .containsExactly(
                        tuple("A", "length", 4),
                        tuple("A", "shortness", 2),
                        tuple("B", "length", 4));
        assertThat(UsageEntry.of(result, 0).stages())
                .extracting(StageTotal::pairs)
                .containsExactly(8L, 2L);
        assertThat(result.results()).hasSize(4);
    }
}
