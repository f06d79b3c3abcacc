package dev.flinkreranker.operators.result;

import static dev.flinkreranker.tests.support.Json.json;
import static dev.flinkreranker.tests.support.Json.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The first stage's score beside the model's. */
class FusionTest {

    private static final String Z_SUM = "{'model':'m','fusion':'z_sum'}";
    private static final String RANKS = "{'model':'m','fusion':'reciprocal_rank'}";

    @Test
    void theJsonShowsBothPartsAndTheFusion() throws Exception {
        // In standard deviations: -1.2247, 0, 1.2247 by the model; 1.2247, -1.2247, 0 before it.
        RankedResult result = rank(Z_SUM, doubles(30.0, 10.0, 20.0), logit(1), logit(2), logit(3));

        assertThat(encoded(result))
                .contains(
                        json(
                                "'results':[{'index':2,'relevance_score':0.61237246,'model_score':3.0,"
                                        + "'first_stage_score':20.0},"
                                        + "{'index':0,'relevance_score':0.0,'model_score':1.0,"
                                        + "'first_stage_score':30.0},"
                                        + "{'index':1,'relevance_score':-0.61237246,'model_score':2.0,"
                                        + "'first_stage_score':10.0}]"))
                .contains(
                        json(
                                "'normalized':false,'fusion':'z_sum','fusion_weight':0.5,'documents':3"));
        assertThat(ResultCodec.decode(ResultCodec.encode(result))).isEqualTo(result);
    }

    @Test
    void theWeightIsTheFirstStagesPart() throws Exception {
        PassageScore[] logits = {logit(1), logit(0)};

        assertThat(
                        order(
                                rank(
                                        "{'model':'m','fusion':'z_sum','fusion_weight':0.49}",
                                        doubles(1.0, 2.0),
                                        logits)))
                .containsExactly(0, 1);
        assertThat(
                        order(
                                rank(
                                        "{'model':'m','fusion':'z_sum','fusion_weight':0.51}",
                                        doubles(1.0, 2.0),
                                        logits)))
                .containsExactly(1, 0);
        // Both stages pull equally: a tie, in the order of the request.
        assertThat(order(rank(Z_SUM, doubles(1.0, 2.0), logits))).containsExactly(0, 1);
    }

    @Test
    void aStageWhoseScoresAreAllEqualSaysNothing() throws Exception {
        // The mean of equal scores need not be that score: 0.1 + 0.1 + 0.1 is no 0.3.
        RankedResult result = rank(Z_SUM, doubles(0.1, 0.1, 0.1), logit(-5), logit(1e3f), logit(0));
        assertThat(order(result)).containsExactly(1, 2, 0);
        assertThat(order(rank(Z_SUM, doubles(1.0, 3.0, 2.0), logit(7), logit(7), logit(7))))
                .containsExactly(1, 2, 0);

        RankedResult flat = rank(Z_SUM, doubles(5.0, 5.0), logit(0.1f), logit(0.1f));
        assertThat(flat.results())
                .extracting(RankedDocument::relevanceScore)
                .containsExactly(0f, 0f);
        assertThat(rank(Z_SUM, doubles(5.0), logit(3)).results())
                .extracting(RankedDocument::relevanceScore)
                .containsExactly(0f);
    }

    @Test
    void noScoreIsTooLargeOrTooSmall() throws Exception {
        for (double unit : new double[] {Double.MAX_VALUE, 1e-320}) {
            RankedResult result =
                    rank(
                            Z_SUM,
                            doubles(-unit, unit, unit, -unit),
                            logit(-Float.MAX_VALUE),
                            logit(Float.MAX_VALUE),
                            logit(Float.MAX_VALUE),
                            logit(-Float.MAX_VALUE));
            assertThat(result.results())
                    .extracting(RankedDocument::relevanceScore)
                    .containsExactly(1f, 1f, -1f, -1f);
        }
    }

    @Test
    void ranksAreFusedByTheFormulaAndEqualScoresShareARank() throws Exception {
        RankedResult result = rank(RANKS, doubles(9.0, 9.0, 1.0), logit(1), logit(2), logit(3));

        assertThat(result.results())
                .extracting(RankedDocument::index, RankedDocument::relevanceScore)
                .containsExactly(
                        tuple(1, (float) (1 / 62d + 1 / 61d)),
                        tuple(0, (float) (1 / 63d + 1 / 61d)),
                        tuple(2, (float) (1 / 61d + 1 / 63d)));
        assertThat(encoded(result)).contains(json("'fusion':'reciprocal_rank','fusion_k':60"));
        assertThat(
                        rank(
                                        "{'model':'m','fusion':'reciprocal_rank','fusion_k':1}",
                                        doubles(2.0, 1.0),
                                        logit(2),
                                        logit(1))
                                .results()
                                .get(0)
                                .relevanceScore())
                .isEqualTo(1f);
    }

    @Test
    void withoutAllScoresTheOrderOfTheRequestIsTheFirstStagesRanking() throws Exception {
        RankedResult result = rank(RANKS, doubles(1.0, null, 99.0), logit(1), logit(1), logit(1));

        assertThat(order(result)).containsExactly(0, 1, 2);
        assertThat(result.results())
                .extracting(RankedDocument::relevanceScore)
                .containsExactly(
                        (float) (1 / 61d + 1 / 61d),
                        (float) (1 / 61d + 1 / 62d),
                        (float) (1 / 61d + 1 / 63d));
        assertThat(encoded(result))
                .contains(json("{'index':1,'relevance_score':0.032522473,'model_score':1.0}"));
    }

    @Test
    void documentsWithoutAModelScoreTakeNoPartAndComeLast() throws Exception {
        for (String fusion : List.of(Z_SUM, RANKS)) {
            RankedResult with =
                    rank(
                            fusion.replace("}", ",'max_candidates':3}"),
                            doubles(1.0, 1e6, 3.0, null),
                            logit(2),
                            new PassageScore.Unscorable("too odd"),
                            logit(1));
            RankedResult without = rank(fusion, doubles(1.0, 3.0), logit(2), logit(1));

            assertThat(order(with)).containsExactly(0, 2, 1, 3);
            assertThat(with.results().subList(0, 2))
                    .extracting(RankedDocument::relevanceScore)
                    .isEqualTo(
                            without.results().stream()
                                    .map(RankedDocument::relevanceScore)
                                    .toList());
            assertThat(with.results().get(2).error()).isEqualTo("too odd");
            assertThat(with.results().get(2).relevanceScore()).isNull();
            assertThat(with.results().get(2).firstStageScore()).isEqualTo(1e6);
            assertThat(with.meta().unscored()).isEqualTo(2);
        }
    }

    @Test
    void anInfiniteLogitTakesNoPart() throws Exception {
        RankedResult result =
                rank(
                        Z_SUM,
                        doubles(1.0, 2.0, 3.0),
                        logit(Float.POSITIVE_INFINITY),
                        logit(1),
                        logit(2));

        assertThat(order(result)).containsExactly(2, 1, 0);
        assertThat(result.results().get(0).relevanceScore()).isEqualTo(1f);
        assertThat(result.results().get(2).error()).isEqualTo("the model's score is not finite");
    }

    @Test
    void theDeepestOfSeveralCutoffsIsFusedAndAllAreTold() throws Exception {
        RankedResult result =
                rank(
                        "{'model':'m','fusion':'z_sum','cutoff_layers':[3,6],'normalize':true}",
                        doubles(1.0, 1.0),
                        new PassageScore.Logits(List.of(9f, 0f)),
                        new PassageScore.Logits(List.of(0f, 1f)));

        assertThat(order(result)).containsExactly(1, 0);
        RankedDocument last = result.results().get(1);
        assertThat(last.relevanceScore()).isEqualTo(-0.5f);
        assertThat(last.modelScore()).isEqualTo(0.5f);
        assertThat(last.scores().get(3)).isCloseTo(0.99988f, within(1e-5f));
    }

    @Test
    void minScoreHoldsAgainstTheModelAndTopNAgainstTheFusedOrder() throws Exception {
        String settings = "{'model':'m','fusion':'z_sum','fusion_weight':0.9,%s}";
        Double[] scores = doubles(1.0, 2.0, 3.0, 4.0);
        PassageScore[] logits = {logit(3), logit(2), logit(1), logit(-1)};

        assertThat(order(rank(settings.formatted("'min_score':1.5"), scores, logits)))
                .containsExactly(1, 0);
        assertThat(order(rank(settings.formatted("'top_n':2"), scores, logits)))
                .containsExactly(3, 2);
    }

    @Test
    void fusionDoesNotDependOnUnitsAndRanksAgreeWithANaiveCount() throws Exception {
        long seed = 20261127;
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            int n = 1 + random.nextInt(40);
            Double[] scores = new Double[n];
            Double[] scaled = new Double[n];
            PassageScore[] logits = new PassageScore[n];
            for (int i = 0; i < n; i++) {
                scores[i] = (double) random.nextInt(10);
                scaled[i] = scores[i] * 1024;
                logits[i] = logit(random.nextInt(10));
            }
            String as = "seed %d round %d".formatted(seed, round);
            assertThat(rank(Z_SUM, scaled, logits).results())
                    .as(as)
                    .extracting(RankedDocument::relevanceScore)
                    .isEqualTo(
                            rank(Z_SUM, scores, logits).results().stream()
                                    .map(RankedDocument::relevanceScore)
                                    .toList());
            List<Float> naive = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                int own = i;
                long first = Arrays.stream(scores).filter(s -> s > scores[own]).count();
                long model =
                        Arrays.stream(logits).filter(s -> value(s) > value(logits[own])).count();
                naive.add((float) (1 / (61d + model) + 1 / (61d + first)));
            }
            naive.sort(Comparator.reverseOrder());
            assertThat(rank(RANKS, scores, logits).results())
                    .as(as)
                    .extracting(RankedDocument::relevanceScore)
                    .isEqualTo(naive);
        }
    }

    private static float value(PassageScore score) {
        return ((PassageScore.Logits) score).deepest();
    }

    private static Double[] doubles(Double... scores) {
        return scores;
    }

    private static PassageScore logit(float logit) {
        return new PassageScore.Logits(List.of(logit));
    }

    private static RankedResult rank(String settings, Double[] firstStage, PassageScore... scores)
            throws Exception {
        RerankRequest request =
                new RequestParser(RequestLimits.defaults(), Set.of())
                        .parse(
                                json("{'request_id':'r','query':'q','documents':[%s]}")
                                        .formatted(documents(firstStage))
                                        .getBytes(StandardCharsets.UTF_8));
        RerankSettings read = TenantConfig.read(tree(settings), null, "").settings();
        RerankOutcome.Scored scored =
                new RerankOutcome.Scored(
                        List.of(scores),
                        DeclaredScore.RAW,
                        "bfloat16",
                        new Usage(scores.length, 9, 0, 9),
                        0,
                        0);
        return Ranking.ranked(request, ResultOrigin.of(read, 0), CascadeOutcome.of(scored), null);
    }

    private static String documents(Double[] firstStage) {
        return String.join(
                ",",
                IntStream.range(0, firstStage.length)
                        .mapToObj(i -> json("{'text':'t','score':" + firstStage[i] + "}"))
                        .toList());
    }

    private static List<Integer> order(RankedResult result) {
        return result.results().stream().map(RankedDocument::index).toList();
    }

    private static String encoded(RankedResult result) {
        return new String(ResultCodec.encode(result), StandardCharsets.UTF_8);
    }
}
