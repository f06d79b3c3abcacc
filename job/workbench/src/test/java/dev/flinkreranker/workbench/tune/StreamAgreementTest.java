package dev.flinkreranker.workbench.tune;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.job.config.Yaml;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.result.CascadeOutcome;
import dev.flinkreranker.operators.result.Ranking;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.runtime.engine.PassageScore;
import dev.flinkreranker.runtime.engine.RerankOutcome;
import dev.flinkreranker.runtime.engine.Usage;
import dev.flinkreranker.runtime.model.DeclaredScore;
import java.util.List;
import java.util.Map;
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

    private static List<Integer> stream(JudgedRequest request, RerankSettings settings) {
        RerankRequest asked =
                new RerankRequest(
                        request.id(),
                        "acme",
                        "",
                        request.candidates(),
                        JsonNodeFactory.instance.objectNode(),
                        Map.of());
        var cascade = new dev.flinkreranker.operators.result.Cascade(asked, settings);
        while (!cascade.hasEnded()) {
            int layer = cascade.settings().cutoffLayers().get(0);
            List<PassageScore> scores =
                    cascade.documents().stream()
                            .map(request.depths().get(layer).scores()::get)
                            .toList();
            cascade.advance(
                    new RerankOutcome.Scored(
                            scores, DeclaredScore.RAW, new Usage(scores.size(), 0, 0, 0), 0, 0));
        }
        CascadeOutcome outcome = cascade.outcome();
        return Ranking.order(asked, settings, outcome);
    }
}
