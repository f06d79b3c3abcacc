package dev.flinkreranker.workbench.replay.scoring;

import static dev.flinkreranker.tests.support.Json.json;
import static dev.flinkreranker.tests.support.Json.tree;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.request.RequestParser;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.workbench.replay.input.ReplayRequest;
import dev.flinkreranker.workbench.replay.plan.ReplayConfiguration;
import dev.flinkreranker.workbench.replay.scoring.ReplayRow.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Cascades in a replay, side by side with single stages. */
class ReplayScorerTest {

    private static final String CASCADE =
            "{'stages':[{'candidates':4},{'cutoff_layers':[8],'keep':2},{}]}";

    @Test
    void aStageScoresWhatTheOneBeforeHasKept() throws Exception {
        long before = WordOverlapModels.PAIRS.get();
        Outcome outcome = score(CASCADE).get(0).get(0);

        assertThat(WordOverlapModels.PAIRS.get() - before).isEqualTo(6);
        JsonNode result = tree(outcome.result());
        assertThat(result.at("/usage/pairs").intValue()).isEqualTo(6);
        assertThat(result.at("/usage/flops").longValue()).isEqualTo(outcome.flops());
        List<Integer> order = new ArrayList<>();
        result.path("results").forEach(document -> order.add(document.path("index").intValue()));
        assertThat(outcome.order()).hasSize(5).isEqualTo(order).endsWith(4);
        assertThat(outcome.scores()).hasSize(6).doesNotContainNull();
        assertThat(result.at("/results/0/stage").intValue()).isEqualTo(2);
    }

    @Test
    void inCompanyItGivesTheSameForTheSameCost() throws Exception {
        Outcome alone = score(CASCADE).get(0).get(0);
        long before = WordOverlapModels.PAIRS.get();
        List<List<Outcome>> outcomes = score("{'cutoff_layers':[8]}", "{}", CASCADE);

        // Two passes over all five serve the cascade too.
        assertThat(WordOverlapModels.PAIRS.get() - before).isEqualTo(10);
        Outcome together = outcomes.get(0).get(2);
        assertThat(together.order()).isEqualTo(alone.order());
        assertThat(together.flops()).isEqualTo(alone.flops());
        assertThat(together.tokens()).isEqualTo(alone.tokens());
        assertThat(outcomes.get(0).get(0).order()).isNull();
    }

    private static List<List<Outcome>> score(String... configs) throws Exception {
        List<ReplayConfiguration> configurations = new ArrayList<>();
        for (String config : configs) {
            configurations.add(
                    ReplayConfiguration.of(
                            "c" + configurations.size(),
                            TenantConfig.read(tree(config), tree("{'model':'words'}"), "t"),
                            Map.of(
                                    "words",
                                    new ModelReference("words", ComputeType.FLOAT32, "cpu")),
                            List.of()));
        }
        RerankRequest request =
                new RequestParser(RequestLimits.defaults(), Set.of())
                        .parse(
                                json("{'request_id':'r','query':'a b c','documents':['a x','b y a',"
                                                + "'z','c c c','a b c']}")
                                        .getBytes(UTF_8));
        List<Resolved> under = new ArrayList<>();
        for (ReplayConfiguration configuration : configurations) {
            under.add(new SettingsFinder(configuration).find(request));
        }
        ReplayRequest logged = new ReplayRequest(request, "r", List.of("0", "1", "2", "3", "4"), 0);
        try (ReplayScorer scorer =
                new ReplayScorer(configurations, 1000, new WordOverlapModels())) {
            return scorer.score(List.of(new AskedRequest(logged, under)));
        }
    }
}
