package dev.flinkreranker.workbench.tune;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.job.config.Yaml;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.result.CascadeOutcome;
import dev.flinkreranker.operators.result.RankedDocument;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.Ranking;
import dev.flinkreranker.operators.result.ResultOrigin;
import dev.flinkreranker.operators.tenant.CalibratedStage;
import dev.flinkreranker.operators.tenant.Calibration;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.runtime.engine.PassageScore;
import dev.flinkreranker.runtime.engine.RerankOutcome;
import dev.flinkreranker.runtime.engine.Usage;
import dev.flinkreranker.runtime.model.DeclaredScore;
import dev.flinkreranker.workbench.calibration.LabelledRequest;
import dev.flinkreranker.workbench.calibration.NothingRelevant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cascade that is tried ranks as the stream does with the config that is written for it. */
class StreamAgreementTest {
    private final List<JudgedRequest> requests = SampleRequests.many(5);
    private final ObjectNode model = JsonNodeFactory.instance.objectNode().put("model", "m3");

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ordersAreEqual(boolean byFirstStage) {
        List<Cascade> cascades =
                new SearchSpace(
                                List.of(7, Stage.ALL),
                                SampleRequests.LAYERS,
                                List.of(Blend.none(), Blend.zSum(0.3)),
                                List.of(2, 6))
                        .cascades();
        TenantFile file = new TenantFile(model, true, byFirstStage);
        for (JudgedRequest request : requests) {
            Simulation simulation =
                    new Simulation(request, Trials.settings(cascades), byFirstStage);
            for (Cascade cascade : cascades) {
                String yaml = file.yaml(cascade);
                RerankSettings settings =
                        TenantConfig.read(Yaml.parse(yaml), null, "tuned").settings();

                assertThat(simulation.rank(cascade).order())
                        .as(yaml)
                        .containsExactly(
                                stream(request, settings).stream()
                                        .mapToInt(Integer::intValue)
                                        .toArray());
            }
        }
    }

    @Test
    void whatIsMeasuredOfACalibrationIsWhatTheStreamSays() throws Exception {
        List<JudgedRequest> many =
                SampleRequests.many(60).stream()
                        .map(r -> Integer.parseInt(r.id().substring(1)) % 2 == 0 ? r : emptied(r))
                        .toList();
        Cascade cascade =
                new Cascade(
                        12,
                        List.of(
                                new Stage(2, Blend.zSum(0.3), 4),
                                new Stage(6, Blend.none(), Stage.ALL)));
        TenantFile file = new TenantFile(model, true, true);
        CascadeCalibration calibration =
                CascadeCalibration.of(many, cascade, true, new CalibrationTruth(1, false, 0.7));
        RerankSettings plain =
                TenantConfig.read(Yaml.parse(file.yaml(cascade)), null, "tuned").settings();
        Calibration fit = calibration.fit(CalibratedStage.of(plain)).orElseThrow();
        RerankSettings settings =
                TenantConfig.read(Yaml.parse(file.yaml(cascade, fit)), null, "tuned").settings();

        assertThat(settings.calibration()).isEqualTo(fit);
        int said = 0;
        List<Float> probabilities = new ArrayList<>();
        for (JudgedRequest request : many) {
            RankedResult result =
                    Ranking.ranked(
                            asked(request),
                            ResultOrigin.of(settings, 0),
                            outcome(request, settings),
                            null);
            said += result.nothingRelevant() ? 1 : 0;
            result.results().stream()
                    .map(RankedDocument::probability)
                    .filter(Objects::nonNull)
                    .forEach(probabilities::add);
        }
        List<LabelledRequest> labelled =
                calibration.halves().values().stream().flatMap(List::stream).toList();
        assertThat(said).isEqualTo(NothingRelevant.of(labelled, fit).said()).isPositive();
        assertThat(probabilities)
                .containsExactlyInAnyOrderElementsOf(
                        labelled.stream()
                                .flatMap(request -> request.scores().stream())
                                .map(score -> fit.probability(score.logit()))
                                .toList());
    }

    /** The same request if none of its documents were relevant, nor looked it. */
    private static JudgedRequest emptied(JudgedRequest request) {
        int[] others = request.given().filter(i -> request.grades()[i] == 0).toArray();
        Map<Integer, JudgedRequest.Depth> depths = new HashMap<>();
        request.depths()
                .forEach(
                        (layer, depth) ->
                                depths.put(
                                        layer,
                                        new JudgedRequest.Depth(
                                                Arrays.stream(others)
                                                        .mapToObj(depth.scores()::get)
                                                        .toList(),
                                                new long[others.length],
                                                new long[others.length])));
        return new JudgedRequest(
                request.id(),
                Arrays.stream(others).mapToObj(request.ids()::get).toList(),
                Arrays.stream(others).mapToObj(request.candidates()::get).toList(),
                new int[others.length],
                request.ideal(),
                depths);
    }

    private static List<Integer> stream(JudgedRequest request, RerankSettings settings) {
        return Ranking.order(asked(request), settings, outcome(request, settings));
    }

    private static RerankRequest asked(JudgedRequest request) {
        return new RerankRequest(
                request.id(),
                "acme",
                "",
                request.candidates(),
                JsonNodeFactory.instance.objectNode(),
                Map.of());
    }

    private static CascadeOutcome outcome(JudgedRequest request, RerankSettings settings) {
        var cascade = new dev.flinkreranker.operators.result.Cascade(asked(request), settings);
        while (!cascade.hasEnded()) {
            int layer = cascade.settings().cutoffLayers().get(0);
            List<PassageScore> scores =
                    cascade.documents().stream()
                            .map(request.depths().get(layer).scores()::get)
                            .toList();
            cascade.advance(
                    new RerankOutcome.Scored(
                            scores,
                            DeclaredScore.RAW,
                            "float32",
                            new Usage(scores.size(), 0, 0, 0),
                            0,
                            0));
        }
        return cascade.outcome();
    }
}
