package dev.flinkreranker.operators.result;

import static dev.flinkreranker.tests.support.Json.json;
import static dev.flinkreranker.tests.support.Json.tree;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.request.RequestParser;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.tenant.CalibratedStage;
import dev.flinkreranker.operators.tenant.Interleaving;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.runtime.engine.PassageScore;
import dev.flinkreranker.runtime.engine.RerankOutcome;
import dev.flinkreranker.runtime.engine.Usage;
import dev.flinkreranker.runtime.model.DeclaredScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Probabilities beside scores, and what a result says when nothing is relevant. */
class CalibratedRankingTest {

    private static final String STAGES = "'stages':[{'keep':2},{'cutoff_layers':[6]}]";

    @Test
    void aProbabilityStandsBesideTheScore() throws Exception {
        RankedResult result = answer(request(3), calibrated("{'normalize':true}"), 0f, 2f, null);

        assertThat(result.results())
                .extracting(RankedDocument::probability)
                .containsExactly(0.5f, 0.11920292f, null);
        assertThat(result.results().get(0).relevanceScore()).isEqualTo(0.8807971f);
        assertThat(new String(ResultCodec.encode(result), UTF_8))
                .contains(json("'nothing_relevant':false,'results':[{'index':1,"))
                .contains(json("'relevance_score':0.8807971,'probability':0.5}"))
                .contains(json("'normalized':true,'calibration':'"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'normalize':true}",
                "{'fusion':'z_sum'}",
                "{'stages':[{'keep':9},{}]}",
                "{'stages':[{'keep':9,'margin':0.5},{'fusion':'reciprocal_rank'}]}"
            })
    void noRankAndNoScoreDependsOnIt(String fields) throws Exception {
        RerankSettings plain = settings(fields, "");
        // So flat and so steep that many probabilities are equal.
        for (String slope : List.of("1e-9", "1", "1e9")) {
            RerankSettings calibrated = settings(fields, calibration(plain, slope, ""));
            Random random = new Random(3);
            Float[] logits = new Float[20];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = random.nextInt(8) == 0 ? null : (float) random.nextGaussian();
            }

            assertThat(answer(request(20), calibrated, logits).results())
                    .usingRecursiveFieldByFieldElementComparatorIgnoringFields("probability")
                    .isEqualTo(answer(request(20), plain, logits).results());
        }
    }

    @Test
    void aDocumentThatAStageHasCutHasNone() throws Exception {
        RerankSettings settings = calibrated("{" + STAGES + "}");
        RankedResult result = answer(request(3), settings, 3f, 1f, 2f);

        assertThat(result.results()).extracting(RankedDocument::stage).containsExactly(2, 2, 1);
        assertThat(result.results().get(0).probability()).isNotNull();
        assertThat(result.results().get(2).probability()).isNull();
        assertThat(result.meta().calibration()).isEqualTo(settings.calibration().version());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-1 0|true",
                "-1 2|false",
                "2|false",
                "-1 x|false",
                "0.8|true",
            })
    void nothingIsRelevantWhereNoDocumentReachesTheThreshold(String logits, boolean nothing)
            throws Exception {
        Float[] values =
                List.of(logits.split(" ")).stream()
                        .map(logit -> logit.equals("x") ? null : Float.valueOf(logit))
                        .toArray(Float[]::new);

        RankedResult result = answer(request(values.length), calibrated("{'top_n':1}"), values);

        assertThat(result.nothingRelevant()).isEqualTo(nothing);
    }

    @Test
    void itIsNotSaidWithoutAThreshold() throws Exception {
        RerankSettings plain = settings("{}", "");
        RerankSettings calibrated = settings("{}", calibration(plain, "1", ""));
        RankedResult result = answer(request(1), calibrated, -9f);

        assertThat(result.nothingRelevant()).isNull();
        assertThat(result.results().get(0).probability()).isNotNull();
        assertThat(new String(ResultCodec.encode(answer(request(1), plain, -9f)), UTF_8))
                .doesNotContain("nothing_relevant", "probability", "calibration");
    }

    @Test
    void itIsNotSaidBeforeTheLastStageHasScored() throws Exception {
        RerankSettings settings = calibrated("{'on_timeout':'partial'," + STAGES + "}");
        Cascade cascade = new Cascade(request(3), settings);
        cascade.advance(scored(1f, 2f, 3f));
        cascade.advance(new RerankOutcome.TimedOut());
        RankedResult result =
                Answer.of(request(3), ResultOrigin.of(settings, 1), cascade.outcome(), null, null);

        assertThat(result.status()).isEqualTo(ResultStatus.PARTIAL);
        assertThat(result.nothingRelevant()).isNull();
        assertThat(result.meta().calibration()).isNull();
        assertThat(result.results()).allMatch(document -> document.probability() == null);
    }

    @Test
    void anInterleavedResultTellsBothVersions() throws Exception {
        RerankSettings own = calibrated("{}");
        RerankSettings second = calibrated("{'cutoff_layers':[4]}");
        Interleaving interleaving = new Interleaving("b", second);
        RankedResult result =
                Answer.of(
                        request(2),
                        ResultOrigin.of(own, 1),
                        outcome(request(2), own, 1f, 2f),
                        interleaving,
                        outcome(request(2), second, 4f, 3f));

        assertThat(result.meta().calibration()).isEqualTo(own.calibration().version());
        assertThat(result.meta().interleaving().calibration())
                .isEqualTo(second.calibration().version())
                .isNotEqualTo(own.calibration().version());
        assertThat(result.nothingRelevant()).isFalse();
        assertThat(result.results()).allMatch(document -> document.probability() != null);
    }

    /** Slope 1, intercept -2; nothing is relevant below a probability of a quarter. */
    private static RerankSettings calibrated(String fields) {
        RerankSettings plain = settings(fields, "");
        return settings(fields, calibration(plain, "1", "'nothing_relevant_below':0.25,"));
    }

    private static String calibration(RerankSettings plain, String slope, String more) {
        return ",'calibration':{'slope':%s,'intercept':-2,%s'fitted_for':[%s]}"
                .formatted(
                        slope,
                        more,
                        CalibratedStage.of(plain).stream()
                                .map(s -> "{'model':'a','settings':'" + s.settings() + "'}")
                                .collect(Collectors.joining(",")));
    }

    private static RerankSettings settings(String fields, String more) {
        String config = "{'model':'m'," + fields.substring(1, fields.length() - 1) + more + "}";
        return TenantConfig.read(tree(config.replace(",,", ",").replace(",}", "}")), null, "t")
                .settings();
    }

    private static RankedResult answer(
            RerankRequest request, RerankSettings settings, Float... logits) throws Exception {
        return Answer.of(
                request,
                ResultOrigin.of(settings, 1),
                outcome(request, settings, logits),
                null,
                null);
    }

    /** Every stage gives a document the same score. */
    private static CascadeOutcome outcome(
            RerankRequest request, RerankSettings settings, Float... logits) {
        Cascade cascade = new Cascade(request, settings);
        while (!cascade.hasEnded()) {
            cascade.advance(
                    scored(cascade.documents().stream().map(i -> logits[i]).toArray(Float[]::new)));
        }
        return cascade.outcome();
    }

    private static RerankOutcome.Scored scored(Float... logits) {
        List<PassageScore> scores = new ArrayList<>();
        for (Float logit : logits) {
            scores.add(
                    logit == null
                            ? new PassageScore.Unscorable("no")
                            : new PassageScore.Logits(List.of(logit)));
        }
        return new RerankOutcome.Scored(
                scores, DeclaredScore.RAW, "float32", new Usage(logits.length, 0, 0, 0), 0, 0);
    }

    private static RerankRequest request(int documents) throws Exception {
        String texts =
                IntStream.range(0, documents)
                        .mapToObj(i -> "{'text':'t','score':" + i * 7 % 5 + "}")
                        .collect(Collectors.joining(","));
        return new RequestParser(RequestLimits.defaults(), Set.of())
                .parse(
                        json("{'request_id':'r','query':'q','documents':[" + texts + "]}")
                                .getBytes(UTF_8));
    }
}
