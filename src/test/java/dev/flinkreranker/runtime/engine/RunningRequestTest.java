package dev.flinkreranker.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.model.StatesBudget;
import dev.flinkreranker.runtime.trace.EngineTrace;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunningRequestTest {

    /** Batches may end in another order than they began. */
    @Test
    void aRequestHasWaitedUntilTheFirstBatchWithOneOfItsPairsBegan() {
        RunningRequest request =
                new RunningRequest(
                        EngineTasks.task("t", "q", List.of("a", "b")),
                        100,
                        Long.MAX_VALUE,
                        null,
                        new StatesBudget(0),
                        EngineTrace.current(() -> 100));
        request.tokenize(new LoadedModel(new HashScorer()), 100, pairs -> {});
        request.ran(1, 350, 10);
        request.scored(1, new PairOutput(new float[] {1}, null));
        request.ran(0, 300, 20);
        request.scored(0, new PairOutput(new float[] {2}, null));

        assertThat(request.future())
                .isCompletedWithValueMatching(
                        outcome ->
                                outcome instanceof RerankOutcome.Scored scored
                                        && scored.waitNanos() == 200
                                        && scored.deviceNanos() == 30);
    }
}
