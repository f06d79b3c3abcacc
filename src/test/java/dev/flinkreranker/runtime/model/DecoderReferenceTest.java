package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.runtime.model.FormulaWeights.Rule;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Decoders of other shapes than the golden ones, against transformers' own classes in float64 (see
 * {@code decoder-reference/README.md}).
 */
class DecoderReferenceTest {

    @TempDir Path directory;

    /** A model and its runs. */
    private record Case(JsonNode data) {

        boolean gemma2() {
            return data.path("arch").asText().equals("gemma2");
        }

        double float32() {
            return gemma2() ? 2e-4 : 2e-5;
        }

        /** Twice the worst deviation measured. */
        double bfloat16() {
            return gemma2() ? 2.9 : 0.12;
        }

        List<TokenizedPair> pairs() {
            List<TokenizedPair> pairs = new ArrayList<>();
            for (JsonNode ids : data.path("ids")) {
                int query = data.path("query_lengths").path(pairs.size()).asInt(1);
                pairs.add(
                        new TokenizedPair(
                                StreamSupport.stream(ids.spliterator(), false)
                                        .mapToLong(JsonNode::longValue)
                                        .toArray(),
                                query,
                                data.path("prompt_length").asInt(0),
                                false));
            }
            return pairs;
        }

        ScoringSettings settings(JsonNode run, HeadSelection heads) {
            return new ScoringSettings(
                    integers(run.path("cutoffs")),
                    run.path("ratio").asInt(1),
                    integers(run.path("compress_layers")),
                    heads,
                    run.path("softcap").asBoolean());
        }

        DecoderFixture open(Path directory, ComputeType type) {
            Map<String, Integer> vocabulary = new HashMap<>();
            String arch = data.path("arch").asText();
            boolean qwen2 = arch.equals("qwen2");
            String yes = qwen2 ? "1" : arch.equals("qwen3") ? "yes" : "Yes";
            vocabulary.put(yes, data.path("yes").asInt());
            vocabulary.put(qwen2 ? "0" : "no", data.path("no").asInt());
            List<Rule> rules = new ArrayList<>();
            for (JsonNode rule : data.path("rules")) {
                rules.add(
                        Rule.naming(
                                rule.get(0).asText(),
                                rule.get(1).floatValue(),
                                rule.get(2).floatValue()));
            }
            JsonNode config = data.path("config").deepCopy();
            ((ObjectNode) config).put("layer_wise", true);
            return DecoderFixture.open(
                    directory, config, vocabulary, new FormulaWeights(rules), type);
        }

        @Override
        public String toString() {
            return data.path("name").asText();
        }

        private static List<Integer> integers(JsonNode list) {
            return StreamSupport.stream(list.spliterator(), false).map(JsonNode::intValue).toList();
        }
    }

    static Stream<Case> cases() {
        try (InputStream in =
                DecoderReferenceTest.class.getResourceAsStream("/decoder-reference/cases.json")) {
            JsonNode root = new ObjectMapper().readTree(in);
            return StreamSupport.stream(root.path("cases").spliterator(), false).map(Case::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithTheReferenceInEveryBatch(Case model) {
        try (DecoderFixture fixture = model.open(directory, ComputeType.FLOAT32)) {
            for (JsonNode run : model.data().path("runs")) {
                for (List<Integer> batch : batches(model.pairs().size())) {
                    check(model, fixture, run, batch, model.float32());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void bfloat16StaysWithinItsRounding(Case model) {
        try (DecoderFixture fixture = model.open(directory, ComputeType.BFLOAT16)) {
            for (JsonNode run : model.data().path("runs")) {
                List<Integer> all = IntStream.range(0, model.pairs().size()).boxed().toList();
                check(model, fixture, run, all, model.bfloat16());
            }
        }
    }

    private static void check(
            Case model, DecoderFixture fixture, JsonNode run, List<Integer> batch, double bound) {
        for (HeadSelection heads : HeadSelection.values()) {
            JsonNode expected =
                    run.path(
                            heads == HeadSelection.BY_LAYER && model.gemma2()
                                    ? "scores_by_layer"
                                    : "scores");
            List<TokenizedPair> pairs = model.pairs();
            float[][] scores =
                    fixture.score(
                            batch.stream().map(pairs::get).toList(), model.settings(run, heads));
            for (int i = 0; i < batch.size(); i++) {
                assertThat(scores[i]).hasSize(expected.size());
                for (int cutoff = 0; cutoff < expected.size(); cutoff++) {
                    assertThat((double) scores[i][cutoff])
                            .as("%s, batch %s, row %d, cutoff %d", heads, batch, i, cutoff)
                            .isCloseTo(
                                    expected.get(cutoff).get(batch.get(i)).asDouble(),
                                    within(bound));
                }
            }
        }
    }

    /** Each pair alone, all in order, and some with repetition. */
    private static List<List<Integer>> batches(int pairs) {
        List<List<Integer>> batches = new ArrayList<>();
        List<Integer> all = new ArrayList<>(IntStream.range(0, pairs).boxed().toList());
        all.forEach(pair -> batches.add(List.of(pair)));
        batches.add(List.copyOf(all));
        Random random = new Random(20261124);
        for (int i = 0; i < 3; i++) {
            all.add(random.nextInt(pairs));
            Collections.shuffle(all, random);
            batches.add(List.copyOf(all));
        }
        return batches;
    }
}
