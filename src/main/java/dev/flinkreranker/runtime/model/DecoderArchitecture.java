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
    /** bge-reranker-v2-gemma. */
    GEMMA("GemmaForCausalLM", "Gemma", true, false, false, false, PairFormat.YES_NO_PROMPT),
    /** bge-reranker-v2-minicpm-layerwise: one head of its own for each layer from the first. */
    MINICPM(
            "LayerWiseMiniCPMForCausalLM",
            "MiniCPM layerwise",
            false,
            false,
            false,
            true,
            PairFormat.LAYERWISE_PROMPT),
    /** bge-reranker-v2.5-gemma2-lightweight: heads for layers, and token compression. */
    COST_WISE_GEMMA(
            "CostWiseGemmaForCausalLM",
            "Gemma 2 lightweight",
            true,
            true,
            false,
            false,
            PairFormat.PREDICT_PROMPT),
    /** llama-nemotron-rerank: a label of the pooled states, which see each other both ways. */
    LLAMA(
            "LlamaBidirectionalForSequenceClassification",
            "Llama",
            false,
            false,
            false,
            true,
            PairFormat.QUESTION_AND_PASSAGE),
    /** mxbai-rerank-v2. */
    QWEN2(
            "Qwen2ForCausalLM",
            "Qwen2",
            false,
            false,
            false,
            true,
            PairFormat.MXBAI_CHAT,
            PairFormat.QWEN3_CHAT,
            PairFormat.ZERANK_CHAT),
    /** Qwen3-Reranker; zerank, where the folder's template has its words. */
    QWEN3(
            "Qwen3ForCausalLM",
            "Qwen3",
            false,
            false,
            true,
            true,
            PairFormat.QWEN3_CHAT,
            PairFormat.ZERANK_CHAT,
            PairFormat.MXBAI_CHAT);

    private final String className;
    private final String title;
    private final boolean offsetNorm;
    private final boolean postNorms;
    private final boolean headNorms;
    private final boolean silu;
    private final List<PairFormat> pairFormats;

    DecoderArchitecture(
            String className,
            String title,
            boolean offsetNorm,
            boolean postNorms,
            boolean headNorms,
            boolean silu,
            PairFormat... pairFormats) {
        this.className = className;
        this.title = title;
        this.offsetNorm = offsetNorm;
        this.postNorms = postNorms;
        this.headNorms = headNorms;
        this.silu = silu;
        this.pairFormats = List.of(pairFormats);
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

    /** In which words it can be asked about a pair; the first, where a folder declares none. */
    List<PairFormat> pairFormats() {
        return pairFormats;
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
