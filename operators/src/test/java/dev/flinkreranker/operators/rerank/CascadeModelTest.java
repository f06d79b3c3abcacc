package dev.flinkreranker.operators.rerank;

import static dev.flinkreranker.tests.support.Json.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.flinkreranker.operators.request.Candidate;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.result.CascadeOutcome;
import dev.flinkreranker.operators.result.StageScores;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.runtime.engine.EngineCounts;
import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.ModelOpener;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.engine.PassageScore;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.runtime.model.ComputeType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stages of the small real model give the bits that each of them gives alone, in any company. */
class CascadeModelTest {

    private static final ModelCatalog CATALOG =
            new ModelCatalog(
                    Map.of(
                            "small",
                            new ModelReference(
                                    "../tests/models/scifact-minilm-layerwise",
                                    ComputeType.FLOAT32,
                                    "cpu")));
    private static final List<String> WORDS =
            List.of("cell", "gene", "mouse", "protein", "inhibits", "aspirin", "stem", "in", "the");

    /** Without room for states, with room for those of one batch, and for all. */
    @ParameterizedTest
    @ValueSource(longs = {0, 250_000, 1 << 30})
    void survivorsHaveTheScoresOfASingleStage(long stateBytes) throws Exception {
        Random random = new Random(18);
        List<RerankRequest> requests = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            requests.add(request(i, random));
        }
        String config =
                "{'model':'small','max_length':64,'stages':[{'cutoff_layers':[4],'keep':3},"
                        + "{'cutoff_layers':[6]}]}";
        try (RerankEngine engine =
                RerankEngine.open(
                        EngineSettings.ofBatchTokens(128).withStateBytes(stateBytes),
                        ModelOpener.checkpoints())) {
            List<CompletableFuture<CascadeOutcome>> together =
                    requests.stream().map(request -> run(engine, request, config)).toList();
            for (int i = 0; i < requests.size(); i++) {
                RerankRequest request = requests.get(i);
                List<StageScores> stages = together.get(i).get().stages();

                assertThat(stages).hasSize(2);
                assertThat(logits(stages.get(0))).isEqualTo(alone(engine, request, 4));
                assertThat(logits(stages.get(1))).hasSize(3);
                assertThat(alone(engine, request, 6)).containsAllEntriesOf(logits(stages.get(1)));
                assertThat(run(engine, request, config).get().stages())
                        .usingRecursiveComparison()
                        .ignoringFieldsMatchingRegexes(".*deviceNanos", ".*waitNanos")
                        .isEqualTo(stages);
            }
            EngineCounts.States states = engine.counts().states();
            assertThat(states.bytes()).isZero();
            assertThat(states.resumed() + states.recomputed()).isEqualTo(2 * 6 * 3);
            if (stateBytes == 1 << 30) {
                assertThat(states.recomputed()).isZero();
            } else {
                assertThat(states.recomputed()).isPositive();
            }
            assertThat(states.resumed() > 0).isEqualTo(stateBytes > 0);
        }
    }

    private static Map<Integer, List<Float>> alone(
            RerankEngine engine, RerankRequest request, int layer) throws Exception {
        String config = "{'model':'small','max_length':64,'cutoff_layers':[" + layer + "]}";
        return logits(run(engine, request, config).get().stages().get(0));
    }

    private static Map<Integer, List<Float>> logits(StageScores stage) {
        return IntStream.range(0, stage.documents().size())
                .boxed()
                .collect(
                        Collectors.toMap(
                                stage.documents()::get,
                                i ->
                                        ((PassageScore.Logits) stage.scored().scores().get(i))
                                                .logits()));
    }

    private static CompletableFuture<CascadeOutcome> run(
            RerankEngine engine, RerankRequest request, String config) {
        RerankSettings settings = TenantConfig.read(tree(config), null, "t").settings();
        return new CascadeRun(request, settings, CATALOG, engine::rerank, null, System.nanoTime())
                .start();
    }

    private static RerankRequest request(int number, Random random) {
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            candidates.add(new Candidate(null, text(5 + random.nextInt(40), random), null, null));
        }
        return new RerankRequest(
                "r" + number,
                "t" + number % 2,
                text(8, random),
                candidates,
                JsonNodeFactory.instance.objectNode(),
                Map.of());
    }

    private static String text(int words, Random random) {
        return random.ints(words, 0, WORDS.size())
                .mapToObj(WORDS::get)
                .collect(Collectors.joining(" "));
    }
}
