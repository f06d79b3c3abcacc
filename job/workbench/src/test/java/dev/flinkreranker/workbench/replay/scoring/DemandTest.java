package dev.flinkreranker.workbench.replay.scoring;

import static dev.flinkreranker.tests.support.Json.tree;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemandTest {

    private static final List<Demand> CUTOFFS = demands("[16]", "[8]", "[8,16]");

    @Test
    void cutoffsShareAPassThroughTheDeepest() {
        Map<Demand, Demand> passes = Demand.passes(CUTOFFS, demand -> false);

        assertThat(passes.values().stream().distinct()).hasSize(1);
        assertThat(passes.get(CUTOFFS.get(0)).scoring().cutoffLayers()).containsExactly(8, 16);
        assertThat(CUTOFFS)
                .extracting(demand -> demand.columnsIn(passes.get(demand)))
                .containsExactly(List.of(1), List.of(0), List.of(0, 1));
    }

    @Test
    void theyDoNotWhereHeadsGoByPosition() {
        assertThat(Demand.passes(CUTOFFS, demand -> true).values().stream().distinct()).hasSize(3);
    }

    @Test
    void theDeepestLayerAloneGoesAlone() {
        List<Demand> demands = demands("[8]", "[]");

        Map<Demand, Demand> passes = Demand.passes(demands, demand -> false);

        assertThat(passes.values().stream().distinct()).hasSize(2);
        assertThat(demands.get(1).columnsIn(passes.get(demands.get(1)))).containsExactly(0);
    }

    private static List<Demand> demands(String... cutoffs) {
        return List.of(cutoffs).stream()
                .map(layers -> demand("{'cutoff_layers':" + layers + "}"))
                .toList();
    }

    private static Demand demand(String settings) {
        RerankSettings read =
                TenantConfig.read(tree(settings), tree("{'model':'words'}"), "").settings();
        return new Demand(
                new ModelReference("words", ComputeType.FLOAT32, "cpu"),
                read.tokenization(),
                read.scoring());
    }
}
