package dev.flinkreranker.operators.result;

import static dev.flinkreranker.tests.support.Json.json;
import static dev.flinkreranker.tests.support.Json.tree;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.request.RequestParser;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.runtime.engine.PassageScore;
import dev.flinkreranker.runtime.engine.RerankOutcome;
import dev.flinkreranker.runtime.engine.Usage;
import dev.flinkreranker.runtime.model.DeclaredScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who goes on in a cascade, and the result that it makes. */
class CascadeTest {

    /** First stage's scores of the documents; the last one has the best. */
    private static final double[] FIRST = {1, 5, 3, 3, 9};

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'keep':2}|1 2",
                "{'keep':3}|1 2 4",
                "{'keep':1}|1",
                "{'keep':1,'margin':0}|1 2",
                "{'keep':1,'margin':1.9}|1 2",
                "{'keep':1,'margin':2}|1 2 4",
                "{'keep':2,'margin':1e30}|0 1 2 4",
                "{'keep':9}|0 1 2 4",
                "{'min_score':2}|1 2 4",
                "{'min_score':2,'keep':1}|1",
                "{'min_score':99}|",
                "{'keep':1,'fusion':'z_sum','fusion_weight':0.9}|4",
                "{'keep':1,'fusion':'z_sum','fusion_weight':0.1}|1",
                "{'keep':2,'fusion':'z_sum','fusion_weight':0.9,'min_score':4}|1 2",
                "{'keep':1,'fusion':'reciprocal_rank'}|1",
            })
    void aCutKeepsTheBestOfAllThatHaveAScore(String stage, String kept) throws Exception {
        Cascade cascade = cascade("[" + stage + ",{}]");
        assertThat(cascade.documents()).containsExactly(0, 1, 2, 3, 4);
        // The fourth cannot be scored; the second and the third tie.
        cascade.advance(scored(0f, 4f, 4f, null, 2f));

        assertThat(cascade.documents()).isEqualTo(numbers(kept));
        assertThat(cascade.hasEnded()).isEqualTo(kept == null);
    }

    @Test
    void limitsAreHeldAgainstWhatTheResultTells() throws Exception {
        RerankSettings settings =
                settings("{'model':'m','normalize':true,'stages':[{'keep':1,'margin':0.2},{}]}");
        Cascade cascade = new Cascade(request(), settings);
        // Sigmoids of 0.88, 0.73 and 0.5.
        cascade.advance(scored(2f, 1f, 0f, 0f, 0f));

        assertThat(cascade.documents()).containsExactly(0, 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'candidates':2}|0 1",
                "{'candidates':2,'by':'given'}|0 1",
                "{'candidates':2,'by':'first_stage'}|1 4",
                "{'candidates':3,'by':'first_stage'}|1 2 4",
                "{'candidates':9,'by':'first_stage'}|0 1 2 3 4",
            })
    void candidatesAreChosenBeforeAnythingIsScored(String choice, String chosen) throws Exception {
        assertThat(cascade("[" + choice + ",{}]").documents()).isEqualTo(numbers(chosen));
    }

    @Test
    void theResultHasEveryDocumentInTheOrderOfTheStageThatRankedItLast() throws Exception {
        String config =
                "{'model':'m','stages':[{'candidates':4},{'keep':2,'cutoff_layers':[4],"
                        + "'fusion':'z_sum'},{'cutoff_layers':[6]}]}";
        Cascade cascade = new Cascade(request(), settings(config));
        cascade.advance(scored(1f, 2f, 3f, 0f));
        assertThat(cascade.documents()).containsExactly(1, 2);
        cascade.advance(scored(-8f, -7f));
        assertThat(cascade.hasEnded()).isTrue();
        RankedResult result = answer(config, cascade);

        assertThat(result.status()).isEqualTo(ResultStatus.RANKED);
        assertThat(result.results())
                .extracting(
                        RankedDocument::index, RankedDocument::stage, RankedDocument::modelScore)
                .containsExactly(
                        tuple(2, 2, null),
                        tuple(1, 2, null),
                        tuple(3, 1, 0f),
                        tuple(0, 1, 1f),
                        tuple(4, null, null));
        assertThat(result.results().get(0).relevanceScore()).isEqualTo(-7f);
        assertThat(result.meta().cutoffLayers()).containsExactly(6);
        assertThat(result.meta().fusion()).isNull();
        assertThat(result.meta().unscored()).isEqualTo(1);
        assertThat(new String(ResultCodec.encode(result), UTF_8))
                .contains(
                        json(
                                "{'index':1,'relevance_score':-8.0,'stage':2},{'index':3,"
                                        + "'relevance_score':"))
                .contains(
                        json(
                                "'usage':{'pairs':6,'tokens':60,'truncated':0,'flops':66,'stages':["
                                        + "{'model':'m','cutoff_layers':[4],'pairs':4,'tokens':40,"
                                        + "'truncated':0,'flops':44},{'model':'m','cutoff_layers':[6],"
                                        + "'pairs':2,'tokens':20,'truncated':0,'flops':22}]}"));
    }

    @Test
    void whatAStageCannotScoreItCuts() throws Exception {
        String config = "{'model':'m','stages':[{'keep':3},{'keep':2},{}]}";
        Cascade cascade = new Cascade(request(), settings(config));
        cascade.advance(scored(5f, 4f, null, 3f, 2f));
        cascade.advance(scored(null, 1f, 2f));
        cascade.advance(scored(7f, null));
        RankedResult result = answer(config, cascade);

        assertThat(result.results())
                .extracting(RankedDocument::index, RankedDocument::stage)
                .containsExactly(tuple(1, 3), tuple(3, 3), tuple(0, 2), tuple(4, 1), tuple(2, 1));
        assertThat(result.results())
                .extracting(RankedDocument::relevanceScore)
                .containsExactly(7f, null, null, 2f, null);
        assertThat(result.results().get(1).error()).isEqualTo("no");
        assertThat(result.meta().unscored()).isEqualTo(3);
    }

    @Test
    void minScoreIsThatOfTheLastStage() throws Exception {
        String config = "{'model':'m','min_score':0,'top_n':4,'stages':[{'keep':2},{}]}";
        Cascade cascade = new Cascade(request(), settings(config));
        cascade.advance(scored(5f, 4f, 3f, 2f, 1f));
        cascade.advance(scored(1f, -1f));

        assertThat(answer(config, cascade).results())
                .extracting(RankedDocument::index)
                .containsExactly(0);
    }

    @Test
    void whereNobodyGoesOnTheRankingIsThatOfTheCut() throws Exception {
        String config = "{'model':'m','stages':[{'min_score':9},{}]}";
        Cascade cascade = new Cascade(request(), settings(config));
        cascade.advance(scored(1f, 2f, 3f, 4f, 5f));

        assertThat(cascade.hasEnded()).isTrue();
        RankedResult result = answer(config, cascade);
        assertThat(result.status()).isEqualTo(ResultStatus.RANKED);
        assertThat(result.results())
                .extracting(RankedDocument::index)
                .containsExactly(4, 3, 2, 1, 0);
        assertThat(result.usage().stages()).hasSize(1);
    }

    @Test
    void theRankingSoFarIsAResultWhereTheTenantAsksForIt() throws Exception {
        String stages = "'min_score':0,'stages':[{'keep':2},{'model':'n'}]}";
        String config = "{'model':'m','on_timeout':'partial'," + stages;
        Cascade cascade = new Cascade(request(), settings(config));
        cascade.advance(scored(-1f, -2f, -3f, -4f, -5f));
        cascade.advance(new RerankOutcome.TimedOut());
        RankedResult result = answer(config, cascade);

        assertThat(result.status()).isEqualTo(ResultStatus.PARTIAL);
        assertThat(result.model()).isEqualTo("m");
        assertThat(result.results())
                .extracting(RankedDocument::index)
                .containsExactly(0, 1, 2, 3, 4);
        assertThat(result.results()).allMatch(document -> document.stage() == 1);
        assertThat(result.meta().message())
                .isEqualTo("stage 2: the deadline passed before every document was scored");
        assertThat(result.usage().pairs()).isEqualTo(5);

        assertThat(answer("{'model':'m'," + stages, cascade).status())
                .isEqualTo(ResultStatus.TIMED_OUT);
        assertThatThrownBy(
                        () -> answer("{'model':'m','on_timeout':'dead_letter'," + stages, cascade))
                .isInstanceOf(RejectedEventException.class)
                .extracting(e -> ((RejectedEventException) e).reason())
                .isEqualTo(ReasonCode.TIMED_OUT);
    }

    @Test
    void theNumberFormatIsThatOfTheLastStageThatHasScored() throws Exception {
        String config = "{'model':'m','on_timeout':'partial','stages':[{'keep':2},{'model':'n'}]}";
        Cascade late = new Cascade(request(), settings(config));
        late.advance(scoredIn("int8", 1f, 2f, 3f, 4f, 5f));
        late.advance(new RerankOutcome.TimedOut());
        Cascade whole = new Cascade(request(), settings(config));
        whole.advance(scoredIn("int8", 1f, 2f, 3f, 4f, 5f));
        whole.advance(scoredIn("bfloat16", 1f, 2f));
        Cascade none = new Cascade(request(), settings(config));
        none.advance(new RerankOutcome.TimedOut());

        assertThat(answer(config, late).meta().dtype()).isEqualTo("int8");
        assertThat(answer(config, whole).meta().dtype()).isEqualTo("bfloat16");
        assertThat(answer(config, none).meta().dtype()).isNull();
    }

    @Test
    void aFailureInALaterStageIsOneOfTheRequest() throws Exception {
        String stages = "'stages':[{'keep':2},{}]}";
        String config = "{'model':'m'," + stages;
        Cascade cascade = new Cascade(request(), settings(config));
        cascade.advance(scored(1f, 2f, 3f, 4f, 5f));
        cascade.advance(scored(null, null));

        assertThat(cascade.hasEnded()).isTrue();
        assertThatThrownBy(() -> answer(config, cascade))
                .isInstanceOf(RejectedEventException.class)
                .hasMessage("stage 2: no document could be scored: no");
        assertThat(answer("{'model':'m','on_failure':'partial'," + stages, cascade).status())
                .isEqualTo(ResultStatus.PARTIAL);
    }

    @Test
    void beforeAnyStageHasScoredThereIsNoRanking() throws Exception {
        String config = "{'model':'m','on_timeout':'partial','stages':[{'keep':2},{}]}";
        Cascade cascade = new Cascade(request(), settings(config));
        cascade.advance(new RerankOutcome.TimedOut());

        assertThat(answer(config, cascade).status()).isEqualTo(ResultStatus.TIMED_OUT);
    }

    private static RankedResult answer(String config, Cascade cascade) throws Exception {
        return Answer.of(
                request(), ResultOrigin.of(settings(config), 1), cascade.outcome(), null, null);
    }

    private static Cascade cascade(String stages) throws Exception {
        return new Cascade(request(), settings("{'model':'m','stages':" + stages + "}"));
    }

    private static RerankSettings settings(String config) {
        return TenantConfig.read(tree(config), null, "t").settings();
    }

    /** Null for a document that cannot be scored. */
    private static RerankOutcome.Scored scored(Float... logits) {
        return scoredIn("float32", logits);
    }

    private static RerankOutcome.Scored scoredIn(String dtype, Float... logits) {
        List<PassageScore> scores = new ArrayList<>();
        for (Float logit : logits) {
            scores.add(
                    logit == null
                            ? new PassageScore.Unscorable("no")
                            : new PassageScore.Logits(List.of(logit)));
        }
        int pairs = logits.length;
        return new RerankOutcome.Scored(
                scores,
                DeclaredScore.RAW,
                dtype,
                new Usage(pairs, 10 * pairs, 0, 11 * pairs),
                0,
                0);
    }

    private static List<Integer> numbers(String numbers) {
        List<Integer> read = new ArrayList<>();
        if (numbers != null) {
            for (String number : numbers.split(" ")) {
                read.add(Integer.valueOf(number));
            }
        }
        return read;
    }

    private static RerankRequest request() throws RejectedEventException {
        StringBuilder documents = new StringBuilder();
        for (double score : FIRST) {
            documents.append(documents.isEmpty() ? "" : ",");
            documents.append("{'text':'t','score':").append(score).append("}");
        }
        return new RequestParser(RequestLimits.defaults(), Set.of())
                .parse(
                        json("{'request_id':'r','query':'q','documents':[" + documents + "]}")
                                .getBytes(UTF_8));
    }
}
