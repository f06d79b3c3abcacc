package dev.flinkreranker.runtime.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.program.ComputeDevice;
import dev.flinkreranker.runtime.program.ExecutionPlan;
import dev.flinkreranker.runtime.program.MappedWeights;
import dev.flinkreranker.runtime.program.WeightSpec;
import dev.flinkreranker.runtime.tokenization.PairFormat;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A decoder of formula-made weights, opened both as product and as bare program. */
final class DecoderFixture implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Reranker reranker;
    private final DecoderDescriptor model;
    private final MappedWeights weights;
    private final DecoderScorer scorer;

    private DecoderFixture(Path directory, ComputeType type) {
        Checkpoint checkpoint = Checkpoint.open(directory);
        DecoderDescriptor descriptor = (DecoderDescriptor) ModelDescriptor.of(checkpoint);
        reranker = Reranker.open(directory, type, "cpu");
        weights =
                new MappedWeights(
                        checkpoint,
                        descriptor.weights(),
                        ExecutionPlan.of(
                                ComputeDevice.CPU,
                                type == ComputeType.FLOAT32 ? StoredType.F32 : StoredType.BF16));
        try (ModelTokenizers tokenizers = new ModelTokenizers(checkpoint, descriptor)) {
            model = descriptor.answering(checkpoint, tokenizers::file);
            scorer = scorer(new PrefixCache());
        }
    }

    /** A program of its own, with these prefixes; the caller closes it. */
    DecoderScorer scorer(PrefixCache prefixes) {
        return new DecoderScorer(model, weights, prefixes, weights.plan().threads());
    }

    /**
     * Writes the checkpoint of a configuration and opens it.
     *
     * @param config as in config.json, with {@code architectures}
     * @param vocabulary the tokens of its tokenizer.json
     */
    static DecoderFixture open(
            Path directory,
            JsonNode config,
            Map<String, Integer> vocabulary,
            FormulaWeights formula,
            ComputeType type) {
        write(directory, config, vocabulary, formula, StoredType.F32);
        return new DecoderFixture(directory, type);
    }

    /** Writes the checkpoint of a configuration. */
    static void write(
            Path directory,
            JsonNode config,
            Map<String, Integer> vocabulary,
            FormulaWeights formula,
            StoredType stored) {
        GoldenFile.writeConfig(directory, config);
        ObjectNode tokenizer = JSON.createObjectNode();
        ObjectNode tokens =
                tokenizer
                        .putObject("model")
                        .put("type", "WordLevel")
                        .put("unk_token", "[UNK]")
                        .putObject("vocab")
                        .put("[UNK]", 0);
        vocabulary.forEach(tokens::put);
        try {
            Files.writeString(directory.resolve("tokenizer.json"), tokenizer.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        formula.write(shapes(config, vocabulary), stored)
                .write(directory.resolve("model.safetensors"));
    }

    /** Writes a checkpoint of a released configuration, but of small widths and so many layers. */
    static void writeSmall(Path directory, String json, int layers, FormulaWeights formula)
            throws IOException {
        ObjectNode config = (ObjectNode) JSON.readTree(json);
        boolean grouped =
                !config.path("num_key_value_heads").equals(config.path("num_attention_heads"));
        config.put("hidden_size", 64)
                .put("intermediate_size", 176)
                .put("vocab_size", 300)
                .put("num_hidden_layers", layers)
                .put("num_attention_heads", 4)
                .put("num_key_value_heads", grouped ? 2 : 4)
                .put("head_dim", 16)
                .put("tie_word_embeddings", true);
        if (config.has("start_layer")) {
            config.put("start_layer", 2);
        }
        if (config.path("sliding_window").asInt() == 4096) {
            config.put("sliding_window", 48);
        }
        Files.createDirectories(directory);
        Map<String, Integer> vocabulary = Map.of("Yes", 9, "yes", 5, "no", 6, "1", 7, "0", 8);
        write(directory, config, vocabulary, formula, StoredType.F32);
    }

    /** The product's scores: [pair][cutoff]. */
    float[][] score(List<TokenizedPair> pairs, ScoringSettings settings) {
        return reranker.score(pairs, settings);
    }

    /** The program's scores for any heads: [cutoff][pair], row-major. */
    float[] run(
            List<TokenizedPair> pairs,
            List<Integer> cutoffs,
            List<Integer> heads,
            ScoringSettings settings) {
        ScoringSettings at =
                new ScoringSettings(
                        cutoffs,
                        settings.compressRatio(),
                        settings.compressLayers(),
                        settings.headSelection(),
                        settings.attentionSoftcap());
        return scorer.score(pairs, List.of(), heads, at, null).logits();
    }

    Reranker reranker() {
        return reranker;
    }

    @Override
    public void close() {
        reranker.close();
        scorer.close();
        weights.close();
    }

    private static Map<String, long[]> shapes(JsonNode config, Map<String, Integer> vocabulary) {
        String name = config.at("/architectures/0").asText();
        DecoderArchitecture architecture =
                List.of(DecoderArchitecture.values()).stream()
                        .filter(a -> a.className().equals(name))
                        .findFirst()
                        .orElseThrow();
        PairFormat format = architecture.pairFormats().get(0);
        List<Long> answers =
                format.answers().stream().map(a -> vocabulary.get(a).longValue()).toList();
        DecoderConfigReader reader =
                new DecoderConfigReader(
                        DecoderModels.config(config.toString()), architecture, format);
        DecoderDescriptor descriptor =
                architecture == DecoderArchitecture.LLAMA
                        ? reader.classifier(1)
                        : reader.languageModel(answers);
        Map<String, long[]> shapes = new LinkedHashMap<>();
        descriptor
                .weights()
                .all()
                .forEach((WeightSpec spec) -> shapes.put(spec.name(), longs(spec.shape())));
        return shapes;
    }

    private static long[] longs(List<Long> shape) {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }
}
