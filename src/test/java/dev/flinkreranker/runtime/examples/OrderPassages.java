package dev.flinkreranker.runtime.examples;

import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.engine.PassageScore;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.runtime.engine.RerankOutcome;
import dev.flinkreranker.runtime.engine.RerankTask;
import dev.flinkreranker.runtime.model.ComputeType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Orders passages by a model, without Flink. */
public final class OrderPassages {

    record Scored(String passage, float score) {}

    /** Best first. A passage that could not be scored is left out. */
    static List<Scored> order(RerankEngine engine, RerankTask task) throws Exception {
        RerankOutcome outcome = engine.rerank(task).get();
        if (!(outcome instanceof RerankOutcome.Scored scored)) {
            throw new IllegalStateException(outcome.toString()); // TimedOut, Throttled or Failed
        }
        List<Scored> ordered = new ArrayList<>();
        for (int i = 0; i < task.passages().size(); i++) {
            if (scored.scores().get(i) instanceof PassageScore.Logits logits) {
                ordered.add(new Scored(task.passages().get(i), logits.deepest()));
            }
        }
        ordered.sort(Comparator.comparing(Scored::score).reversed());
        return ordered;
    }

    public static void main(String[] directory) throws Exception {
        var model = new ModelReference(directory[0], ComputeType.AUTO, "cpu");
        var task =
                RerankTask.of(
                                model,
                                "Aspirin inhibits the production of PGE2.",
                                List.of(
                                        "Visualization of cell cycle in mouse embryos.",
                                        "Aspirin inhibits cyclooxygenase, so prostaglandin E2."))
                        .withTimeout(Duration.ofSeconds(30));
        try (RerankEngine engine = RerankEngine.acquire(EngineSettings.defaults())) {
            order(engine, task).forEach(System.out::println);
        }
    }
}
