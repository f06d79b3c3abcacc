package dev.flinkreranker.operators.result;

import static dev.flinkreranker.tests.support.Json.json;
import static dev.flinkreranker.tests.support.Json.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RankingTest {

    private static final String REQUEST =
            """
            {"request_id":"r1","tenant":"acme","query":"q","documents":[
              {"id":"a","text":"A","url":"u/1.50"},"B",{"id":3,"text":"C"},{"id":"d","text":"D"}]}
            """;

    @Test
    void theJsonIsExactlyThis() throws Exception {
        RankedResult result =
                ranked(
                        request(),
                        origin("{'model':'small','return_documents':true}", 7),
                        scored(0.1f, 2.5f, -1e-7f, 0.1f));

        assertThat(new String(ResultCodec.encode(result), StandardCharsets.UTF_8))
                .isEqualTo(
                        json(
                                "{'request_id':'r1','tenant':'acme','status':'RANKED','model':'small',"
                                        + "'results':["
                                        + "{'index':1,'relevance_score':2.5,'document':{'text':'B'}},"
                                        + "{'index':0,'id':'a','relevance_score':0.1,'document':"
                                        + "{'id':'a','text':'A','url':'u/1.50'}},"
                                        + "{'index':3,'id':'d','relevance_score':0.1,'document':"
                                        + "{'id':'d','text':'D'}},"
                                        + "{'index':2,'id':3,'relevance_score':-1.0E-7,'document':"
                                        + "{'id':3,'text':'C'}}],"
                                        + "'usage':{'pairs':4,'tokens':40,'truncated':1,'flops':9},"
                                        + "'meta':{'config_version':7,'dtype':'bfloat16','cutoff_layers':[],"
                                        + "'compress_ratio':1,'compress_layers':[],"
                                        + "'normalized':false,'documents':4,'unscored':0}}"));
        assertThat(ResultCodec.decode(ResultCodec.encode(result))).isEqualTo(result);
    }

    @Test
    void theQueryComesBackWhenAskedFor() throws Exception {
        RankedResult result =
                Ranking.unranked(
                        request(),
                        origin("{'model':'small','return_query':true,'top_n':1}", 7),
                        ResultStatus.TIMED_OUT,
                        null);

        assertThat(new String(ResultCodec.encode(result), StandardCharsets.UTF_8))
                .contains(json("'model':'small','query':'q','results':[{"));
        assertThat(ResultCodec.decode(ResultCodec.encode(result))).isEqualTo(result);
    }

    @Test
    void aDocumentThatAloneFailedComesLastWithoutAScore() throws Exception {
        RankedResult result =
                ranked(
                        request(),
                        origin("{'model':'small'}", 0),
                        scored(
                                new PassageScore.Unscorable("too odd"),
                                logits(-3f),
                                logits(Float.POSITIVE_INFINITY),
                                logits(-2f)));

        assertThat(result.results()).extracting(RankedDocument::index).containsExactly(3, 1, 0, 2);
        assertThat(result.results())
                .extracting(RankedDocument::relevanceScore)
                .containsExactly(-2f, -3f, null, null);
        assertThat(result.results())
                .extracting(RankedDocument::error)
                .containsExactly(null, null, "too odd", "the model's score is not finite");
        assertThat(result.meta().unscored()).isEqualTo(2);
    }

    @Test
    void candidatesBeyondTheWindowFollowUnscored() throws Exception {
        RerankSettings settings = settings("{'model':'small','max_candidates':2}");

        assertThat(settings.scoredOf(request().candidates().size())).isEqualTo(2);
        RankedResult result = ranked(request(), ResultOrigin.of(settings, 0), scored(1f, 2f));

        assertThat(result.results()).extracting(RankedDocument::index).containsExactly(1, 0, 2, 3);
        assertThat(result.meta().unscored()).isEqualTo(2);
    }

    @Test
    void topNAndMinScoreCutFromTheEnd() throws Exception {
        assertThat(
                        ranked(
                                        request(),
                                        origin(
                                                "{'model':'m','normalize':true,"
                                                        + "'min_score':0.5,'top_n':2}",
                                                0),
                                        scored(0f, -0.001f, 3f, 4f))
                                .results())
                .extracting(RankedDocument::index)
                .containsExactly(3, 2);
        assertThat(
                        ranked(
                                        request(),
                                        origin(
                                                "{'model':'m','normalize':true,"
                                                        + "'min_score':0.5}",
                                                0),
                                        scored(0f, -0.001f, 3f, 4f))
                                .results())
                .extracting(RankedDocument::index)
                .containsExactly(3, 2, 0);
    }

    @ParameterizedTest
    @CsvSource({"Sigmoid, true, 0.880797", "Identity, false, 2.0"})
    void theModelsFolderDecidesOnlyWhereItIsAsked(String activation, boolean normalized, float best)
            throws Exception {
        RerankOutcome.Scored scored =
                new RerankOutcome.Scored(
                        List.of(logits(2f), logits(-1f)),
                        new DeclaredScore(
                                "torch.nn.modules.activation." + activation, "config.json"),
                        "bfloat16",
                        new Usage(2, 20, 0, 9),
                        0,
                        0);
        RankedResult asked =
                ranked(request(), origin("{'model':'m','normalize_as_declared':true}", 0), scored);
        RankedResult plain = ranked(request(), origin("{'model':'m'}", 0), scored);

        assertThat(asked.meta().normalized()).isEqualTo(normalized);
        assertThat(asked.results().get(0).relevanceScore()).isCloseTo(best, within(1e-6f));
        assertThat(plain.meta().normalized()).isFalse();
        assertThat(plain.results().get(0).relevanceScore()).isEqualTo(2f);
    }

    @Test
    void anActivationThatIsNotKnownFailsARequestThatAsksForIt() throws Exception {
        RerankOutcome.Scored scored =
                new RerankOutcome.Scored(
                        List.of(logits(2f)),
                        new DeclaredScore("torch.nn.modules.activation.Tanh", "config.json"),
                        "bfloat16",
                        new Usage(1, 20, 0, 9),
                        0,
                        0);
        ResultOrigin asked = origin("{'model':'m','normalize_as_declared':true}", 0);

        assertThatThrownBy(() -> Answer.of(request(), asked, CascadeOutcome.of(scored), null, null))
                .isInstanceOf(RejectedEventException.class)
                .hasMessage(
                        "normalize_as_declared: the model's config.json declares"
                                + " torch.nn.modules.activation.Tanh; supported are Sigmoid and"
                                + " Identity");
        ResultOrigin plain = origin("{'model':'m'}", 0);
        assertThat(Answer.of(request(), plain, CascadeOutcome.of(scored), null, null).status())
                .isEqualTo(ResultStatus.RANKED);
    }

    @Test
    void logitsDecideWhereNormalizationRoundsThemToOne() throws Exception {
        RankedResult result =
                ranked(
                        request(),
                        origin("{'model':'m','normalize':true}", 0),
                        scored(30f, 40f, 35f, -200f));

        assertThat(result.results()).extracting(RankedDocument::index).containsExactly(1, 2, 0, 3);
        assertThat(result.results())
                .extracting(RankedDocument::relevanceScore)
                .containsExactly(1f, 1f, 1f, 0f);
    }

    @Test
    void severalCutoffsGiveOneScoreEach() throws Exception {
        RankedResult result =
                ranked(
                        request(),
                        origin("{'model':'m','cutoff_layers':[8,28],'top_n':1}", 0),
                        scored(logits(9f, 1f), logits(0f, 2f), logits(0f, 0f), logits(0f, 0f)));

        assertThat(new String(ResultCodec.encode(result), StandardCharsets.UTF_8))
                .contains(json("'relevance_score':2.0,'scores':{'8':0.0,'28':2.0}}"));
    }

    @Test
    void negativeZeroTiesWithZero() throws Exception {
        RankedResult result =
                ranked(request(), origin("{'model':'m'}", 0), scored(-0.0f, 0.0f, -0.0f, 0f));

        assertThat(result.results()).extracting(RankedDocument::index).containsExactly(0, 1, 2, 3);
        assertThat(new String(ResultCodec.encode(result), StandardCharsets.UTF_8))
                .doesNotContain("-0.0");
    }

    @Test
    void anUnrankedResultKeepsTheOrderOfTheRequest() throws Exception {
        RankedResult result =
                Ranking.unranked(
                        request(),
                        origin("{'model':'m','top_n':3}", 2),
                        ResultStatus.TIMED_OUT,
                        "too late");

        assertThat(result.results()).extracting(RankedDocument::index).containsExactly(0, 1, 2);
        assertThat(result.results()).allMatch(document -> document.relevanceScore() == null);
        assertThat(new String(ResultCodec.encode(result), StandardCharsets.UTF_8))
                .contains(json("'status':'TIMED_OUT'"))
                .contains(json("{'index':1,'relevance_score':null}"))
                .contains(json("'message':'too late'"));
    }

    @Test
    void everyFloatSurvivesTheWire() throws Exception {
        long seed = 20261124;
        Random random = new Random(seed);
        RerankSettings settings = settings("{'model':'m'}");
        for (int round = 0; round < 20_000; round++) {
            float[] logits = new float[4];
            for (int i = 0; i < 4; i++) {
                do {
                    logits[i] = Float.intBitsToFloat(random.nextInt());
                } while (!Float.isFinite(logits[i]));
            }
            RankedResult result = ranked(request(), ResultOrigin.of(settings, 0), scored(logits));
            RankedResult read = ResultCodec.decode(ResultCodec.encode(result));
            assertThat(read.results())
                    .as("seed %d round %d", seed, round)
                    .isEqualTo(result.results());
        }
    }

    private static RankedResult ranked(
            RerankRequest request, ResultOrigin origin, RerankOutcome.Scored scored) {
        return Ranking.ranked(request, origin, CascadeOutcome.of(scored), null);
    }

    private static final RerankRequest PARSED = parse();

    private static RerankRequest request() {
        return PARSED;
    }

    private static RerankRequest parse() {
        try {
            return new RequestParser(RequestLimits.defaults(), Set.of())
                    .parse(REQUEST.getBytes(StandardCharsets.UTF_8));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static RerankSettings settings(String json) throws Exception {
        return TenantConfig.read(tree(json), null, "").settings();
    }

    private static ResultOrigin origin(String json, long version) throws Exception {
        return ResultOrigin.of(settings(json), version);
    }

    private static PassageScore logits(float... logits) {
        return new PassageScore.Logits(
                IntStream.range(0, logits.length).mapToObj(i -> logits[i]).toList());
    }

    private static RerankOutcome.Scored scored(float... logits) {
        return new RerankOutcome.Scored(
                IntStream.range(0, logits.length)
                        .mapToObj(i -> logits(new float[] {logits[i]}))
                        .toList(),
                DeclaredScore.RAW,
                "bfloat16",
                new Usage(4, 40, 1, 9),
                0,
                0);
    }

    private static RerankOutcome.Scored scored(PassageScore... scores) {
        return new RerankOutcome.Scored(
                List.copyOf(Arrays.asList(scores)),
                DeclaredScore.RAW,
                "bfloat16",
                new Usage(4, 40, 1, 9),
                0,
                0);
    }
}
