package dev.flinkreranker.runtime.model;

/**
 * The decoder families behind one program, and what tells their layers apart. Formulas: Gemma,
 * Gemma 2, MiniCPM and Qwen3 as published with their models.
 */
public enum DecoderArchitecture {
    /** bge-reranker-v2-gemma: the logit of {@code Yes} after the last layer. */
    GEMMA("GemmaForCausalLM", true, false, false, false),
    /** bge-reranker-v2-minicpm-layerwise: one head of its own for each layer from the first. */
    MINICPM("LayerWiseMiniCPMForCausalLM", false, false, false, true),
    /** bge-reranker-v2.5-gemma2-lightweight: heads for layers, and token compression. */
    COST_WISE_GEMMA("CostWiseGemmaForCausalLM", true, true, false, false),
    /** Qwen3-Reranker: the logit of {@code yes} minus the logit of {@code no}. */
    QWEN3("Qwen3ForCausalLM", false, false, true, true);

    private final String className;
    private final boolean offsetNorm;
    private final boolean postNorms;
    private final boolean headNorms;
    private final boolean silu;

    DecoderArchitecture(
            String className,
            boolean offsetNorm,
            boolean postNorms,
            boolean headNorms,
            boolean silu) {
        this.className = className;
        this.offsetNorm = offsetNorm;
        this.postNorms = postNorms;
        this.headNorms = headNorms;
        this.silu = silu;
    }

    /** The name under {@code architectures} in config.json. */
    public String className() {
        return className;
    }

    /** Whether a norm multiplies by (1 + weight) in float32, instead of by the weight. */
    public boolean offsetNorm() {
        return offsetNorm;
    }

    /** Whether the outputs of attention and of the feed-forward block are normed too. */
    public boolean postNorms() {
        return postNorms;
    }

    /** Whether every query head and key head is normed before its rotation. */
    public boolean headNorms() {
        return headNorms;
    }

    /** Whether the gate's activation is SiLU, instead of GELU by its tanh form. */
    public boolean silu() {
        return silu;
    }

    /** Whether states of several layers can be scored. */
    public boolean layerwise() {
        return this == MINICPM || this == COST_WISE_GEMMA;
    }

    /** Whether neighbouring passage states can be merged, and attention logits soft-capped. */
    public boolean compresses() {
        return this == COST_WISE_GEMMA;
    }
}
