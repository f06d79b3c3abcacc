package dev.flinkreranker.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.SpecialTokens;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.Truncation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The process's engine with the small real model. */
@Timeout(300)
class RealModelEngineTest {

    private static final Path MODEL = Path.of("../tests/models/scifact-minilm-layerwise");

    private static RerankTask task(Path model, int maxLength, String query, List<String> passages) {
        return new RerankTask(
                "t",
                new ModelReference(model.toString(), ComputeType.FLOAT32, "cpu"),
                new TokenizationSettings(
                        maxLength,
                        null,
                        Truncation.LIBRARY,
                        null,
                        null,
                        null,
                        SpecialTokens.PLAIN_TEXT),
                ScoringSettings.defaults(),
                query,
                passages,
                null,
                Admission.defaults());
    }

    @Test
    void scoresAsTheReference() throws Exception {
        ObjectMapper json = new ObjectMapper();
        List<JsonNode> cases = new ArrayList<>();
        for (String line : Files.readAllLines(MODEL.resolve("expected-scores.jsonl"))) {
            cases.add(json.readTree(line));
        }
        try (RerankEngine engine = RerankEngine.acquire(EngineSettings.ofBatchTokens(2048))) {
            List<CompletableFuture<RerankOutcome>> outcomes = new ArrayList<>();
            for (JsonNode node : cases) {
                outcomes.add(
                        engine.rerank(
                                task(
                                        MODEL,
                                        node.path("max_length").intValue(),
                                        node.path("query").textValue(),
                                        List.of(node.path("passage").textValue()))));
            }
            for (int i = 0; i < cases.size(); i++) {
                RerankOutcome.Scored scored = (RerankOutcome.Scored) outcomes.get(i).get();
                PassageScore.Logits logits = (PassageScore.Logits) scored.scores().get(0);
                assertThat(logits.deepest())
                        .as("case %d", i)
                        .isCloseTo(
                                cases.get(i).path("scores").path("6").floatValue(), within(1e-3f));
            }
        }
    }

    @Test
    void aMissingModelFailsItsRequestsInOneLine() throws Exception {
        try (RerankEngine engine = RerankEngine.acquire(EngineSettings.ofBatchTokens(2048))) {
            RerankOutcome outcome =
                    engine.rerank(task(Path.of("/nowhere"), 64, "q", List.of("p"))).get();
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            RerankOutcome.Failed.class,
                            failed ->
                                    assertThat(failed.reason())
                                            .startsWith(
                                                    "model /nowhere could not be loaded: /nowhere")
                                            .doesNotContain("\n"));
        }
    }
}
