package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.CheckpointConfig;
import dev.flinkreranker.runtime.tokenization.PairFormat;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a decoder's config.json. A field whose value would need other formulas is refused. */
final class DecoderConfigReader {

    private static final String GELU_TANH = "gelu_pytorch_tanh";

    /** {@code pooling} of a Llama that the mean of all states is scored of; its default. */
    private static final String MEAN = "avg";

    /** Those whose files may leave {@code head_dim} out. */
    private static final Set<DecoderArchitecture> DERIVED_HEAD_SIZE =
            Set.of(DecoderArchitecture.LLAMA, DecoderArchitecture.QWEN2);

    private final CheckpointConfig config;
    private final DecoderArchitecture architecture;
    private final PairFormat pairFormat;

    DecoderConfigReader(
            CheckpointConfig config, DecoderArchitecture architecture, PairFormat pairFormat) {
        this.config = config;
        this.architecture = architecture;
        this.pairFormat = pairFormat;
    }

    /**
     * The descriptor of a language model.
     *
     * @param answers ids of the tokens that make the score; empty for a model with heads of its
     *     own, or while they are not known
     */
    DecoderDescriptor languageModel(List<Long> answers) {
        return languageModel(
                answers, pairFormat.answers().stream().map(a -> "\"" + a + "\"").toList());
    }

    /**
     * The same with what people call the answers.
     *
     * @param names as many
     */
    DecoderDescriptor languageModel(List<Long> answers, List<String> names) {
        int vocabulary = config.integer("vocab_size", 1);
        checkAnswers(answers, names, vocabulary);
        boolean tied =
                config.flag("tie_word_embeddings", architecture == DecoderArchitecture.GEMMA);
        return read(
                architecture.layerwise()
                        ? null
                        : new AnswerTable(
                                tied ? DecoderWeights.EMBEDDING : DecoderWeights.OUTPUT,
                                vocabulary,
                                answers.stream().map(Math::toIntExact).toList(),
                                names));
    }

    /**
     * The descriptor of a classifier.
     *
     * @param labels one or two
     */
    DecoderDescriptor classifier(int labels) {
        return read(AnswerTable.ofLabels(labels));
    }

    private DecoderDescriptor read(@Nullable AnswerTable answers) {
        checkActivation();
        checkWhatIsNotDone();
        int layers = config.layers();
        int hidden = config.integer("hidden_size", 1);
        int heads = config.integer("num_attention_heads", 1);
        int keyValueHeads = config.integer("num_key_value_heads", 1, heads);
        if (heads % keyValueHeads != 0) {
            throw config.invalid(
                    "num_key_value_heads",
                    "is " + keyValueHeads + ", which does not divide the " + heads + " heads");
        }
        int headSize = headSize(hidden, heads);
        boolean gemma = architecture.offsetNorm();
        boolean costWise = architecture == DecoderArchitecture.COST_WISE_GEMMA;
        boolean llama = architecture == DecoderArchitecture.LLAMA;
        boolean miniCpm = architecture == DecoderArchitecture.MINICPM;
        return new DecoderDescriptor(
                architecture,
                pairFormat,
                layers,
                hidden,
                config.integer("intermediate_size", 1),
                config.integer("vocab_size", 1),
                heads,
                keyValueHeads,
                headSize,
                biased(),
                costWise ? config.integer("sliding_window", 1) : 0,
                config.positive("rms_norm_eps"),
                rotaryBase(),
                llama ? RotaryStretch.of(config) : RotaryStretch.NONE,
                gemma ? Math.sqrt(hidden) : miniCpm ? config.positive("scale_emb") : 1.0,
                // The depth of the whole model, however few layers run.
                miniCpm ? config.positive("scale_depth") / Math.sqrt(layers) : 1.0,
                1.0 / Math.sqrt(costWise ? config.positive("query_pre_attn_scalar") : headSize),
                costWise ? softcap("attn_logit_softcapping", 50.0) : 0.0,
                costWise ? softcap("final_logit_softcapping", 30.0) : 0.0,
                llama && config.text("pooling", MEAN).equals(MEAN),
                llama && config.has("temperature") ? config.positive("temperature") : 1.0,
                firstCutoff(layers),
                costWise ? config.integer("layer_sep", 1, 1) : 1,
                answers);
    }

    private void checkAnswers(List<Long> answers, List<String> names, int vocabulary) {
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i) >= vocabulary) {
                throw config.invalid(
                        "vocab_size",
                        "is %d, but the first token of %s has the id %d"
                                .formatted(vocabulary, names.get(i), answers.get(i)));
            }
        }
    }

    private int headSize(int hidden, int heads) {
        int headSize;
        boolean derived =
                architecture == DecoderArchitecture.MINICPM
                        || DERIVED_HEAD_SIZE.contains(architecture) && !config.has("head_dim");
        if (derived) {
            if (hidden % heads != 0) {
                throw config.invalid(
                        "num_attention_heads",
                        "is " + heads + ", which does not divide hidden_size " + hidden);
            }
            headSize = hidden / heads;
        } else {
            headSize = config.integer("head_dim", 2);
        }
        if (headSize % 2 != 0) {
            throw config.invalid(
                    derived ? "hidden_size" : "head_dim",
                    "makes heads of odd size " + headSize + ", which cannot be rotated");
        }
        return headSize;
    }

    /** Qwen2's class has biases whatever the file says. */
    private List<String> biased() {
        if (architecture == DecoderArchitecture.QWEN2) {
            return List.of("q", "k", "v");
        }
        return config.flag("attention_bias", false) ? List.of("q", "k", "v", "o") : List.of();
    }

    /** Where it is absent, all families' classes have the same one; Qwen's files always say. */
    private double rotaryBase() {
        OptionalDouble base =
                architecture == DecoderArchitecture.LLAMA
                        ? RotaryBase.of(config, RotaryStretch.TYPE)
                        : RotaryBase.of(config);
        boolean required =
                architecture == DecoderArchitecture.QWEN2
                        || architecture == DecoderArchitecture.QWEN3;
        if (base.isEmpty() && required) {
            throw config.invalid("rope_theta", "is missing");
        }
        return base.orElse(10000.0);
    }

    private int firstCutoff(int layers) {
        if (!architecture.layerwise()) {
            return layers;
        }
        int first = config.integer("start_layer", 1);
        if (first > layers) {
            throw config.invalid(
                    "start_layer", "is " + first + ", beyond the model's " + layers + " layers");
        }
        return first;
    }

    /**
     * The reference runs Gemma 1 with the tanh form although its config says {@code gelu}: it reads
     * {@code hidden_activation}, and takes the tanh form where that is absent.
     */
    private void checkActivation() {
        switch (architecture) {
            case GEMMA -> {
                only("hidden_activation", GELU_TANH, GELU_TANH);
                only("hidden_act", GELU_TANH, "gelu", GELU_TANH);
            }
            case COST_WISE_GEMMA -> {
                only("hidden_activation", GELU_TANH, GELU_TANH);
                only("hidden_act", GELU_TANH, GELU_TANH);
            }
            default -> only("hidden_act", "silu", "silu");
        }
    }

    private void checkWhatIsNotDone() {
        if (config.flag("use_sliding_window", false)) {
            throw config.invalid("use_sliding_window", "is true; only full attention is supported");
        }
        if (config.flag("use_bidirectional_attention", false)) {
            throw config.invalid(
                    "use_bidirectional_attention", "is true; only causal attention is supported");
        }
        if (architecture != DecoderArchitecture.COST_WISE_GEMMA) {
            for (String type : config.texts("layer_types")) {
                if (!type.equals("full_attention")) {
                    throw config.invalid(
                            "layer_types", "has \"" + type + "\"; supported: full_attention");
                }
            }
        }
        if (architecture == DecoderArchitecture.LLAMA) {
            only("pooling", MEAN, MEAN, "last");
            if (config.flag("mlp_bias", false)) {
                throw config.invalid("mlp_bias", "is true; a feed-forward part has no biases");
            }
        }
        if (architecture == DecoderArchitecture.MINICPM) {
            only("head_type", "", "simple");
            if (!config.flag("head_multi", false)) {
                throw config.invalid("head_multi", "must be true: one head for each layer");
            }
        }
        if (architecture == DecoderArchitecture.COST_WISE_GEMMA
                && !config.flag("layer_wise", false)) {
            throw config.invalid("layer_wise", "must be true: one head for each layer");
        }
    }

    private void only(String field, String absent, String... supported) {
        String value = config.text(field, absent);
        if (!Set.of(supported).contains(value)) {
            throw config.invalid(
                    field,
                    "is \"%s\"; supported: %s".formatted(value, String.join(", ", supported)));
        }
    }

    /** A cap, or 0 where the field is null; where it is absent Gemma 2's class has a default. */
    private double softcap(String field, double absent) {
        if (config.isNull(field)) {
            return 0.0;
        }
        return config.has(field) ? config.positive(field) : absent;
    }
}
