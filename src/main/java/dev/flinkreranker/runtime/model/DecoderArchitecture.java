package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.CheckpointConfig;
import dev.flinkreranker.runtime.tokenization.PairFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The decoder families behind one program, and what tells their layers apart. Formulas: Gemma,
 * Gemma 2, Llama, MiniCPM, Qwen2 and Qwen3 as published with their models.
 */
enum DecoderArchitecture {
    /** bge-reranker-v2-gemma: the logit of {@code Yes} after the last layer. */
    GEMMA("GemmaForCausalLM", "Gemma", List.of("Yes"), true, false, false, false),
    /** bge-reranker-v2-minicpm-layerwise: one head of its own for each layer from the first. */
    MINICPM(
            "LayerWiseMiniCPMForCausalLM",
            "MiniCPM layerwise",
            List.of(),
            false,
            false,
            false,
            true),
    /** bge-reranker-v2.5-gemma2-lightweight: heads for layers, and token compression. */
    COST_WISE_GEMMA(
            "CostWiseGemmaForCausalLM", "Gemma 2 lightweight", List.of(), true, true, false, false),
    /** llama-nemotron-rerank: a label of the pooled states, which see each other both ways. */
    LLAMA(
            "LlamaBidirectionalForSequenceClassification",
            "Llama",
            List.of(),
            false,
            false,
            false,
            true),
    /** mxbai-rerank-v2: the logit of {@code 1} minus the logit of {@code 0}. */
    QWEN2("Qwen2ForCausalLM", "Qwen2", List.of("1", "0"), false, false, false, true),
    /** Qwen3-Reranker: the logit of {@code yes} minus the logit of {@code no}. */
    QWEN3("Qwen3ForCausalLM", "Qwen3", List.of("yes", "no"), false, false, true, true);

    private final String className;
    private final String title;
    private final List<String> answers;
    private final boolean offsetNorm;
    private final boolean postNorms;
    private final boolean headNorms;
    private final boolean silu;

    DecoderArchitecture(
            String className,
            String title,
            List<String> answers,
            boolean offsetNorm,
            boolean postNorms,
            boolean headNorms,
            boolean silu) {
        this.className = className;
        this.title = title;
        this.answers = answers;
        this.offsetNorm = offsetNorm;
        this.postNorms = postNorms;
        this.headNorms = headNorms;
        this.silu = silu;
    }

    /** The architecture that config.json names, as a language model or as a classifier. */
    static Optional<DecoderArchitecture> of(CheckpointConfig config) {
        List<String> names = config.texts("architectures");
        return Arrays.stream(values())
                .filter(a -> a.classNames().anyMatch(names::contains))
                .findFirst();
    }

    /** The name under {@code architectures} in config.json. */
    String className() {
        return className;
    }

    /** All names under which config.json may ask for it: as a language model, as a classifier. */
    Stream<String> classNames() {
        return layerwise()
                ? Stream.of(className)
                : Stream.of(className, classifierName()).distinct();
    }

    private String classifierName() {
        return className.replace("ForCausalLM", "ForSequenceClassification");
    }

    /**
     * Whether config.json asks for a classifier: the same layers, and labels instead of a
     * vocabulary.
     */
    boolean isClassifier(CheckpointConfig config) {
        return !layerwise() && config.texts("architectures").contains(classifierName());
    }

    /** Its name for people. */
    String title() {
        return title;
    }

    /**
     * The texts whose first tokens' logits make the score: that of the first, less that of a
     * second; none for a model with heads of its own.
     */
    List<String> answers() {
        return answers;
    }

    /** In which words it wants to be asked about a pair. */
    PairFormat pairFormat() {
        return switch (this) {
            case GEMMA -> PairFormat.YES_NO_PROMPT;
            case MINICPM -> PairFormat.LAYERWISE_PROMPT;
            case COST_WISE_GEMMA -> PairFormat.PREDICT_PROMPT;
            case LLAMA -> PairFormat.QUESTION_AND_PASSAGE;
            case QWEN2 -> PairFormat.MXBAI_CHAT;
            case QWEN3 -> PairFormat.QWEN3_CHAT;
        };
    }

    /** Whether a norm multiplies by (1 + weight) in float32, instead of by the weight. */
    boolean offsetNorm() {
        return offsetNorm;
    }

    /** Whether the outputs of attention and of the feed-forward block are normed too. */
    boolean postNorms() {
        return postNorms;
    }

    /** Whether every query head and key head is normed before its rotation. */
    boolean headNorms() {
        return headNorms;
    }

    /** Whether the gate's activation is SiLU, instead of GELU by its tanh form. */
    boolean silu() {
        return silu;
    }

    /** Whether a position sees none behind it. */
    boolean causal() {
        return this != LLAMA;
    }

    /** Whether states of several layers can be scored. */
    boolean layerwise() {
        return this == MINICPM || this == COST_WISE_GEMMA;
    }

    /** Whether neighbouring passage states can be merged, and attention logits soft-capped. */
    boolean compresses() {
        return this == COST_WISE_GEMMA;
    }
}
