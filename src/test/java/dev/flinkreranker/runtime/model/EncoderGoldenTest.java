package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncoderGoldenTest {

    @TempDir static Path directory;

    private static final GoldenFile GOLDEN = new GoldenFile();
    private static Reranker reranker;
    private static List<TokenizedPair> pairs;
    private static double[] expected;

    @BeforeAll
    static void open() {
        GOLDEN.writeEncoder(directory, StoredType.F32);
        reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu");
        pairs = GOLDEN.pairs("xlm_roberta");
        JsonNode scores = GOLDEN.theCase("xlm_roberta").at("/runs/0/scores_reference_fp32");
        expected = new double[scores.size()];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = scores.get(i).doubleValue();
        }
    }

    @AfterAll
    static void close() {
        reranker.close();
    }

    @Test
    void makesTheFormulasWeights() {
        FormulaWeights plain =
                new FormulaWeights(List.of(new FormulaWeights.Rule(name -> true, 0, 1)));

        assertThat(plain.values("model.embed_tokens.weight", 4))
                .usingComparatorWithPrecision(1e-9f)
                .containsExactly(-0.2574191093f, -0.3599636555f, 0.0265704393f, -0.5031160116f);
        assertThat(plain.values("a", 2))
                .usingComparatorWithPrecision(1e-9f)
                .containsExactly(-0.2565381527f, 0.9962445498f);
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2", "'0,1,2'", "'2,0'", "'1,1,0,2,1'", "'2,2,2,2,2,2,2,2,2,2'"})
    void agreesWithTheReferenceInEveryBatch(String batch) {
        List<Integer> order = List.of(batch.split(",")).stream().map(Integer::valueOf).toList();

        float[][] scores =
                reranker.score(order.stream().map(pairs::get).toList(), ScoringSettings.defaults());

        assertThat(scores).hasNumberOfRows(order.size());
        for (int i = 0; i < scores.length; i++) {
            assertThat(scores[i]).hasSize(1);
            assertThat((double) scores[i][0]).isCloseTo(expected[order.get(i)], within(2e-5));
        }
    }
}
