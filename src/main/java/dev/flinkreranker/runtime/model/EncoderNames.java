package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;

/** What a checkpoint calls the weights of an encoder's body, behind their common prefix. */
enum EncoderNames {
    /** As transformers names them. */
    TRANSFORMERS(
            "embeddings.LayerNorm",
            "encoder.layer.",
            "attention.output.dense",
            "attention.output.LayerNorm",
            "intermediate.dense",
            "output.dense",
            "output.LayerNorm"),
    /**
     * As flash-attention's BERT names them, with queries, keys and values as rows of one tensor:
     * jina-reranker-v2.
     */
    FLASH_ATTENTION(
            "emb_ln", "encoder.layers.", "mixer.out_proj", "norm1", "mlp.fc1", "mlp.fc2", "norm2");

    private static final String PACKED = "mixer.Wqkv";

    private final String embeddingNorm;
    private final String layers;
    private final String attentionOutput;
    private final String attentionNorm;
    private final String intermediate;
    private final String output;
    private final String outputNorm;

    EncoderNames(
            String embeddingNorm,
            String layers,
            String attentionOutput,
            String attentionNorm,
            String intermediate,
            String output,
            String outputNorm) {
        this.embeddingNorm = embeddingNorm;
        this.layers = layers;
        this.attentionOutput = attentionOutput;
        this.attentionNorm = attentionNorm;
        this.intermediate = intermediate;
        this.output = output;
        this.outputNorm = outputNorm;
    }

    /** Those that a checkpoint uses. */
    static EncoderNames of(Checkpoint checkpoint) {
        String first = checkpoint.basePrefix() + FLASH_ATTENTION.layer(0) + PACKED + ".weight";
        return checkpoint.has(first) ? FLASH_ATTENTION : TRANSFORMERS;
    }

    /** The norm of the embeddings' sum. */
    String embeddingNorm() {
        return embeddingNorm;
    }

    /** What the names of a layer's weights begin with. */
    String layer(int index) {
        return layers + index + ".";
    }

    /** Whether queries, keys and values are, in this order, rows of one tensor. */
    boolean packsAttention() {
        return this == FLASH_ATTENTION;
    }

    /** The linear layer of {@code query}, {@code key} or {@code value}, or of all three. */
    String attention(String part) {
        return packsAttention() ? PACKED : "attention.self." + part;
    }

    /** The linear layer of attention's outcome. */
    String attentionOutput() {
        return attentionOutput;
    }

    /** The norm that follows it. */
    String attentionNorm() {
        return attentionNorm;
    }

    /** The feed-forward part's first linear layer. */
    String intermediate() {
        return intermediate;
    }

    /** Its second one. */
    String output() {
        return output;
    }

    /** The norm that follows it. */
    String outputNorm() {
        return outputNorm;
    }
}
