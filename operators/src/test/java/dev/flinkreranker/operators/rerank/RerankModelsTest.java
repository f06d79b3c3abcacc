package dev.flinkreranker.operators.rerank;

import static dev.flinkreranker.operators.rerank.RerankHarness.CATALOG;
import static dev.flinkreranker.operators.rerank.RerankHarness.LIMITS;
import static dev.flinkreranker.operators.rerank.RerankHarness.harness;
import static dev.flinkreranker.operators.rerank.RerankHarness.header;
import static dev.flinkreranker.operators.rerank.RerankHarness.only;
import static dev.flinkreranker.operators.rerank.RerankHarness.request;
import static dev.flinkreranker.operators.rerank.RerankHarness.result;
import static dev.flinkreranker.operators.rerank.RerankHarness.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.record.RerankOutput;
import dev.flinkreranker.operators.record.RerankOutput.Destination;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultStatus;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import java.util.Map;
import java.util.Set;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Models that are missing, preloaded, or cannot do what is asked of them. */
@ExtendWith(LengthScorer.Gate.class)
@SuppressWarnings("try") // the harness's close may be interrupted
class RerankModelsTest {

    @Test
    void aModelThatCannotBeLoadedFailsTheRequestNotTheTask() throws Exception {
        RerankOutput letter = only(run(LIMITS, "{'model':'missing'}", "a"));

        assertThat(letter.destination()).isEqualTo(Destination.DEAD_LETTERS);
        assertThat(header(letter, DeadLetter.REASON)).isEqualTo("SCORING_FAILED");
        assertThat(header(letter, DeadLetter.MESSAGE)).contains("no such model");

        RankedResult result =
                result(run(LIMITS, "{'model':'missing','on_failure':'passthrough'}", "a"));
        assertThat(result.status()).isEqualTo(ResultStatus.FAILED);
        assertThat(result.meta().message()).contains("no such model");
    }

    @Test
    void anAliasThatTheRestartedJobNoLongerHasFailsTheRequest() throws Exception {
        RerankOutput letter = only(run(LIMITS, "{'model':'lenght'}", "a"));

        assertThat(header(letter, DeadLetter.MESSAGE))
                .isEqualTo("model \"lenght\" is not in the catalogue; did you mean length?");
    }

    @Test
    void settingsThatTheModelCannotDoFailTheRequest() throws Exception {
        RerankOutput letter = only(run(LIMITS, "{'model':'length','cutoff_layers':[99]}", "a"));

        assertThat(header(letter, DeadLetter.MESSAGE)).contains("layer 99");
    }

    @Test
    void aTaskDoesNotStartWithoutAModelThatIsToBePreloaded() throws Exception {
        ModelCatalog catalog = new ModelCatalog(CATALOG.models(), Set.of("missing"));
        try (RerankHarness harness = new RerankHarness(LIMITS, catalog, null)) {
            assertThatThrownBy(harness::open).rootCause().hasMessageContaining("no such model");
        }
    }

    @Test
    void aDeviceThatIsNotThereEndsTheJobWithoutRestarts() throws Exception {
        ModelCatalog catalog =
                new ModelCatalog(
                        Map.of("gpu", new ModelReference("length", ComputeType.AUTO, "cuda:7")),
                        Set.of("gpu"));
        try (RerankHarness harness = new RerankHarness(LIMITS, catalog, null)) {
            assertThatThrownBy(harness::open)
                    .isInstanceOf(SuppressRestartsException.class)
                    .rootCause()
                    .hasMessage("device cuda:7 is not there");
        }
    }

    @Test
    void aPreloadedModelIsThereBeforeTheFirstRequest() throws Exception {
        ModelCatalog catalog = new ModelCatalog(CATALOG.models(), Set.of("length"));
        try (RerankHarness harness = new RerankHarness(LIMITS, catalog, null)) {
            int before = LengthScorer.opened();
            harness.open();
            assertThat(LengthScorer.opened()).isEqualTo(before + 1);
            harness.processElement(request("{'model':'length'}", "a"), 1);
            harness.endInput();
            assertThat(harness.extractOutputValues()).hasSize(1);
            assertThat(LengthScorer.opened()).isEqualTo(before + 1);
        }
    }
}
