package dev.flinkreranker.operators.rerank;

import static dev.flinkreranker.operators.rerank.RerankHarness.LIMITS;
import static dev.flinkreranker.operators.rerank.RerankHarness.result;
import static dev.flinkreranker.operators.rerank.RerankHarness.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.result.InterleavedTeams;
import dev.flinkreranker.operators.result.RankedDocument;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultStatus;
import dev.flinkreranker.operators.result.TeamDraft.Team;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a request gets that is ranked by two configurations. */
@ExtendWith(LengthScorer.Gate.class)
@SuppressWarnings("try") // the harness's close may be interrupted
class InterleavedRerankTest {

    private static final String WITH_ANOTHER =
            "{'model':'length','interleave':{'name':'new','settings':%s}}";

    @Test
    void bothRankingsTakeTurnsAndOnlyMetaSaysWhose() throws Exception {
        // The longest first, against the first document and then the order of the request.
        RankedResult result =
                result(
                        run(
                                LIMITS,
                                WITH_ANOTHER.formatted("{'max_candidates':1}"),
                                "a",
                                "bb",
                                "ccc"));

        // TeamDraftTest has the coins: for the id "r" B begins, then A.
        assertThat(result.results()).extracting(RankedDocument::index).containsExactly(0, 2, 1);
        assertThat(result.meta().interleaving())
                .isEqualTo(
                        new InterleavedTeams(
                                "new", "length", "int8", null, List.of(Team.B, Team.A, Team.A)));
        assertThat(result.status()).isEqualTo(ResultStatus.RANKED);
        assertThat(result.model()).isEqualTo("length");
        assertThat(result.meta().dtype()).isEqualTo("int8");
        assertThat(result.usage().pairs()).isEqualTo(4);
        // A pair's tokens, and operations, are its characters here: the query has one.
        assertThat(result.usage().tokens()).isEqualTo(2 + 3 + 4 + 2);
        assertThat(result.usage().flops()).isEqualTo(2 + 3 + 4 + 2);
    }

    @Test
    void equalSettingsOfTheModelAreScoredOnce() throws Exception {
        RankedResult result =
                result(
                        run(
                                LIMITS,
                                WITH_ANOTHER.formatted(
                                        "{'fusion':'reciprocal_rank','normalize':true}"),
                                "a",
                                "bb",
                                "ccc"));

        assertThat(result.usage().pairs()).isEqualTo(3);
        assertThat(result.meta().interleaving().teams()).hasSize(3);
        assertThat(result.results().get(0).modelScore()).isBetween(0f, 1f);
    }

    @Test
    void aDocumentLimitIsOfTheWholeResult() throws Exception {
        RankedResult result =
                result(
                        run(
                                LIMITS,
                                "{'model':'length','top_n':1,'interleave':{'name':'new',"
                                        + "'settings':{'max_candidates':1}}}",
                                "a",
                                "bb"));

        assertThat(result.results()).hasSize(1);
        assertThat(result.meta().interleaving().teams()).containsExactly(Team.B);
    }

    @Test
    void whereOneSideHasNoRankingThereIsTheTenantsOwn() throws Exception {
        RankedResult result =
                result(run(LIMITS, WITH_ANOTHER.formatted("{'model':'missing'}"), "a", "bb"));

        assertThat(result.results()).extracting(RankedDocument::index).containsExactly(1, 0);
        assertThat(result.meta().interleaving()).isNull();
        assertThat(result.usage().pairs()).isEqualTo(2);
    }

    @Test
    void theSecondConfigurationMayBeTheOrderOfTheRequest() throws Exception {
        RankedResult result =
                result(run(LIMITS, WITH_ANOTHER.formatted("{'model':'none'}"), "a", "bb", "ccc"));

        assertThat(result.results()).extracting(RankedDocument::index).containsExactly(0, 2, 1);
        assertThat(result.results().get(0).relevanceScore()).isNull();
        assertThat(result.results().get(1).relevanceScore()).isNotNull();
        assertThat(result.meta().interleaving())
                .isEqualTo(
                        new InterleavedTeams(
                                "new", "none", null, null, List.of(Team.B, Team.A, Team.A)));
        assertThat(result.usage().pairs()).isEqualTo(3);
    }

    @Test
    void aTenantWithoutAModelMayTryOne() throws Exception {
        RankedResult result =
                result(
                        run(
                                LIMITS,
                                "{'model':'none','interleave':{'name':'new',"
                                        + "'settings':{'model':'length'}}}",
                                "a",
                                "bb",
                                "ccc"));

        assertThat(result.results()).extracting(RankedDocument::index).containsExactly(2, 0, 1);
        assertThat(result.meta().interleaving())
                .isEqualTo(
                        new InterleavedTeams(
                                "new", "length", "int8", null, List.of(Team.B, Team.A, Team.A)));
        assertThat(result.status()).isEqualTo(ResultStatus.RANKED);
        assertThat(result.meta().dtype()).isNull();
        assertThat(result.meta().unscored()).isZero();
        assertThat(result.usage().pairs()).isEqualTo(3);
    }

    @Test
    void aFailedTrialLeavesTheOrderOfTheRequest() throws Exception {
        RankedResult result =
                result(
                        run(
                                LIMITS,
                                "{'model':'none','interleave':{'name':'new',"
                                        + "'settings':{'model':'missing'}}}",
                                "a",
                                "bb"));

        assertThat(result.status()).isEqualTo(ResultStatus.PASSTHROUGH);
        assertThat(result.results()).extracting(RankedDocument::index).containsExactly(0, 1);
        assertThat(result.meta().interleaving()).isNull();
    }
}
