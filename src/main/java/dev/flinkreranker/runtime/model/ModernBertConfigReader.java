package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.CheckpointConfig;
import dev.flinkreranker.runtime.model.ScoreHead.Kind;
import dev.flinkreranker.runtime.model.ScoreHead.Pooling;
import dev.flinkreranker.runtime.model.ScoreHead.Step;
import dev.flinkreranker.runtime.program.WeightSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reads a ModernBERT checkpoint's config.json. A field whose value would need other formulas is
 * refused; one that is absent means what it means to transformers.
 */
final class ModernBertConfigReader {

    private static final String GLOBAL = "full_attention";
    private static final String LOCAL = "sliding_attention";
    private static final String ROTATION = "rope_parameters";
    private static final String BASE = "rope_theta";

    private final Checkpoint checkpoint;
    private final CheckpointConfig config;

    ModernBertConfigReader(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
        this.config = checkpoint.config();
    }

    ModernBertDescriptor read() {
        checkWhatIsNotDone();
        int layers = config.layers();
        int hidden = config.integer("hidden_size", 1);
        int heads = config.integer("num_attention_heads", 1);
        if (hidden % heads != 0 || hidden / heads % 2 != 0) {
            throw config.invalid(
                    "hidden_size", "is %d, no even multiple of %d heads".formatted(hidden, heads));
        }
        double epsilon = config.has("norm_eps") ? config.positive("norm_eps") : 1e-5;
        String prefix = checkpoint.basePrefix();
        ModernBertDescriptor descriptor =
                new ModernBertDescriptor(
                        hidden,
                        heads,
                        config.integer("intermediate_size", 1),
                        config.integer("vocab_size", 1),
                        config.integer("max_position_embeddings", 8, 8192),
                        local(layers),
                        config.integer("local_attention", 2, 128) / 2,
                        base(GLOBAL, "global_rope_theta", 160_000),
                        base(LOCAL, "local_rope_theta", 10_000),
                        epsilon,
                        prefix,
                        ModuleHead.of(checkpoint.modules(), hidden)
                                .orElseGet(() -> classifier(hidden, epsilon)));
        checkpoint.checkNoLayerIsLeft(layers, new ModernBertWeights(descriptor).layerName(layers));
        return descriptor;
    }

    /** By name, or every layer but the first of each few. */
    private List<Boolean> local(int layers) {
        List<String> types = config.texts("layer_types");
        if (types.isEmpty()) {
            int every = config.integer("global_attn_every_n_layers", 1, 3);
            return IntStream.range(0, layers).mapToObj(i -> i % every != 0).toList();
        }
        if (types.size() != layers) {
            throw config.invalid(
                    "layer_types", "names %d layers of %d".formatted(types.size(), layers));
        }
        List<Boolean> local = new ArrayList<>();
        for (String type : types) {
            if (!type.equals(LOCAL) && !type.equals(GLOBAL)) {
                throw config.invalid(
                        "layer_types",
                        "has \"%s\"; supported are %s and %s".formatted(type, GLOBAL, LOCAL));
            }
            local.add(type.equals(LOCAL));
        }
        return local;
    }

    /**
     * The rotary base of one type of layers.
     *
     * @param field the older field of its own
     */
    private double base(String type, String field, double absent) {
        CheckpointConfig rotation = config.object(ROTATION).object(type);
        String kind = RotaryBase.type(rotation);
        if (!kind.equals(RotaryBase.PLAIN)) {
            throw rotation.invalid("rope_type", "is \"" + kind + "\"; supported: default");
        }
        boolean alone = config.has(field);
        double base = alone ? config.positive(field) : absent;
        if (!rotation.has(BASE)) {
            return base;
        }
        double inside = rotation.positive(BASE);
        if (alone && base != inside) {
            throw rotation.invalid(BASE, "is %s, but \"%s\" is %s".formatted(inside, field, base));
        }
        return inside;
    }

    /** The head of {@code ModernBertForSequenceClassification}. */
    private ScoreHead classifier(int hidden, double epsilon) {
        if (!checkpoint.has("classifier.weight")) {
            throw checkpoint.missing(
                    "classifier.weight", ": this is an embedding checkpoint, not a reranker");
        }
        int labels = Labels.count(checkpoint, "classifier.weight");
        String pooling = config.text("classifier_pooling", "cls");
        if (!pooling.equals("cls") && !pooling.equals("mean")) {
            throw config.invalid(
                    "classifier_pooling", "is \"" + pooling + "\"; supported are cls and mean");
        }
        boolean bias = config.flag("classifier_bias", false);
        return new ScoreHead(
                pooling.equals("cls") ? Pooling.FIRST : Pooling.MEAN,
                List.of(
                        new Step(
                                Kind.LINEAR,
                                WeightSpec.float32("head.dense.weight", hidden, hidden),
                                bias ? WeightSpec.float32("head.dense.bias", hidden) : null),
                        Step.activation(activation()),
                        new Step(Kind.NORM, WeightSpec.float32("head.norm.weight", hidden), null),
                        new Step(
                                Kind.LABEL,
                                WeightSpec.float32("classifier.weight", labels, hidden),
                                WeightSpec.float32("classifier.bias", labels))),
                epsilon);
    }

    private Kind activation() {
        String name = config.text("classifier_activation", "gelu");
        return switch (name) {
            case "gelu" -> Kind.GELU;
            case "tanh" -> Kind.TANH;
            case "relu" -> Kind.RELU;
            case "silu", "swish" -> Kind.SILU;
            default ->
                    throw config.invalid(
                            "classifier_activation",
                            "is \"" + name + "\"; supported are gelu, tanh, relu and silu");
        };
    }

    private void checkWhatIsNotDone() {
        String activation = config.text("hidden_activation", "gelu");
        if (!activation.equals("gelu")) {
            throw config.invalid(
                    "hidden_activation", "is \"" + activation + "\"; supported is gelu");
        }
        for (String field : List.of("attention_bias", "mlp_bias", "norm_bias")) {
            if (config.flag(field, false)) {
                throw config.invalid(field, "is true; supported are models without these biases");
            }
        }
        if (config.has("rope_scaling")) {
            throw config.invalid("rope_scaling", "is set; only plain rotation is supported");
        }
        if (config.object(ROTATION).has(BASE)) {
            throw config.invalid(
                    ROTATION, "is for all layers; ModernBERT has one for each type of layers");
        }
    }
}
