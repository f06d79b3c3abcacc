package dev.flinkreranker.runtime.tokenization;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** In which words a model wants to be asked about a pair. */
public enum PairFormat {
    /** A cross-encoder: query and passage in the pair template of its {@code tokenizer.json}. */
    CROSS_ENCODER(null, false),

    /** An embedding model: query and passage as two texts, each in special tokens of its own. */
    TWO_TEXTS(null, false),

    /** A decoder that answers Yes or No: bge-reranker-v2-gemma. */
    YES_NO_PROMPT(
            "Given a query A and a passage B, determine whether the passage contains an answer to"
                    + " the query by providing a prediction of either 'Yes' or 'No'.",
            false,
            "Yes"),

    /** The same words for heads of its own: bge-reranker-v2-minicpm-layerwise. */
    LAYERWISE_PROMPT(YES_NO_PROMPT.prompt, true),

    /** A decoder that predicts: bge-reranker-v2.5-gemma2-lightweight. */
    PREDICT_PROMPT("Predict whether passage B contains an answer to query A.", true),

    /** Question and passage, each behind its name: llama-nemotron-rerank. */
    QUESTION_AND_PASSAGE(null, true),

    /** The chat of mxbai-rerank-v2's library. */
    MXBAI_CHAT(null, false, "1", "0"),

    /** The chat template of Qwen3-Reranker's model card. */
    QWEN3_CHAT(null, false, "yes", "no"),

    /** zerank's chat: the query in the system's turn. */
    ZERANK_CHAT(null, false, "Yes");

    private final @Nullable String prompt;
    private final boolean alwaysBegins;
    private final List<String> answers;

    PairFormat(@Nullable String prompt, boolean alwaysBegins, String... answers) {
        this.prompt = prompt;
        this.alwaysBegins = alwaysBegins;
        this.answers = List.of(answers);
    }

    /** The model's own prompt after the passage; null for formats without one. */
    public @Nullable String prompt() {
        return prompt;
    }

    /**
     * The texts whose first tokens' logits make a language model's score: that of the first, less
     * that of a second; none for a model with heads of its own.
     */
    public List<String> answers() {
        return answers;
    }

    /** Whether a pair begins with the bos token even if that is the padding token too. */
    boolean alwaysBegins() {
        return alwaysBegins;
    }
}
