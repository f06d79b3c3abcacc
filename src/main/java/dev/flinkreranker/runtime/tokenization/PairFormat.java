package dev.flinkreranker.runtime.tokenization;

/** In which words a model wants to be asked about a pair. */
public enum PairFormat {
    /** A cross-encoder: query and passage in the pair template of its {@code tokenizer.json}. */
    CROSS_ENCODER(null),

    /**
     * A decoder that answers Yes or No: bge-reranker-v2-gemma and
     * bge-reranker-v2-minicpm-layerwise.
     */
    YES_NO_PROMPT(
            "Given a query A and a passage B, determine whether the passage contains an answer to"
                    + " the query by providing a prediction of either 'Yes' or 'No'."),

    /** A decoder that predicts: bge-reranker-v2.5-gemma2-lightweight. */
    PREDICT_PROMPT("Predict whether passage B contains an answer to query A."),

    /** The chat template of Qwen3-Reranker's model card. */
    QWEN3_CHAT(null);

    private final String prompt;

    PairFormat(String prompt) {
        this.prompt = prompt;
    }

    /** The model's own prompt after the passage; null for formats without one. */
    public String prompt() {
        return prompt;
    }
}
