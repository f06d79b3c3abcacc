package dev.flinkreranker.workbench.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.workbench.evaluation.trec.Qrels;
import dev.flinkreranker.workbench.evaluation.trec.Run;
import dev.flinkreranker.workbench.evaluation.trec.ScoredPassage;
import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The demo's cascade over results of ten passages d0 to d9, which BM25 ranks in this order. */
class DemoCascadeTest {

    private static final Run BM25 =
            new Run(
                    "bm25",
                    Map.of(
                            "1",
                            IntStream.range(0, 10)
                                    .mapToObj(i -> new ScoredPassage("d" + i, 10 - i))
                                    .toList()));
    private static final Qrels JUDGMENTS = new Qrels(Map.of("1", Map.of("d4", 1)));

    private final DemoCascade cascade = DemoCascade.of(costs(3, 4, 5, 6), 10).orElseThrow();

    @Test
    void fiveByLayerFourAndTwoOfThemByLayerSix() throws IOException {
        float[] four = {0, 0, 0, 9, 8, 99, 99, 99, 99, 99};
        float[] six = {99, 99, 99, 0, 1, 99, 99, 99, 99, 99};

        DemoCascade.Ranked ranked = cascade.rank(BM25, results(four, six), JUDGMENTS);

        assertThat(ranked.run().ranking("1"))
                .extracting(ScoredPassage::id)
                .containsExactly("d4", "d3", "d0", "d1", "d2", "d5", "d6", "d7", "d8", "d9");
        assertThat(ranked.share())
                .as("the second stage goes on before layer 4")
                .isEqualTo((5 * 4 + 2 * 3) / 60.0, within(1e-12));
    }

    @Test
    void whatDidNotComeBackIsLeftOut() {
        DemoCascade.Ranked ranked = cascade.rank(BM25, Map.of(), JUDGMENTS);

        assertThat(ranked.run().queries()).isEmpty();
        assertThat(ranked.share()).isZero();
    }

    @Test
    void itFitsTheNumberOfCandidates() {
        assertThat(cascade).asString().contains("first 5 by 4 layers, then the best 2 by 6,");
        assertThat(DemoCascade.of(costs(3, 4, 5, 6), 100))
                .get()
                .asString()
                .contains("first 30 by 4 layers, then the best 5 by 6,");
        assertThat(DemoCascade.of(costs(3, 6), 1))
                .get()
                .asString()
                .contains("first 1 by 3 layers, then the best 1 by 6,");
    }

    @Test
    void thereIsNoneWithoutAShallowLayer() {
        assertThat(DemoCascade.of(costs(6), 10)).isEmpty();
        assertThat(DemoCascade.of(costs(5, 6), 10)).isEmpty();
    }

    private static SortedMap<Integer, DepthCost> costs(int... layers) {
        SortedMap<Integer, DepthCost> costs = new TreeMap<>();
        IntStream.of(layers)
                .forEach(
                        layer ->
                                costs.put(
                                        layer, new DepthCost(1000L * layer, 1000L * (layer - 1))));
        return costs;
    }

    /** A result with the scores of layers 4 and 6, in reverse order; the others have layer 6's. */
    private static Map<String, DemoResult> results(float[] four, float[] six) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        String id = DemoEvents.requestId("1");
        ObjectNode result = mapper.createObjectNode().put("request_id", id).put("status", "RANKED");
        ArrayNode documents = result.putArray("results");
        for (int i = four.length - 1; i >= 0; i--) {
            documents
                    .addObject()
                    .put("index", i)
                    .put("id", "d" + i)
                    .put("relevance_score", six[i])
                    .putObject("scores")
                    .put("4", four[i])
                    .put("6", six[i]);
        }
        return Map.of(id, new DemoResult(ResultCodec.decode(mapper.writeValueAsBytes(result))));
    }
}
