package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.CheckpointConfig;
import java.util.Arrays;
import java.util.Optional;

/**
 * The encoder architectures: one network, by several names, with two heads and two ways to count
 * positions.
 */
enum EncoderFamily {
    BERT("bert", "Bert", "BERT", "bert.pooler.dense", "classifier"),
    ROBERTA("roberta", "Roberta", "RoBERTa", "classifier.dense", "classifier.out_proj"),
    XLM_ROBERTA(
            "xlm-roberta", "XLMRoberta", "XLM-RoBERTa", "classifier.dense", "classifier.out_proj"),
    CAMEMBERT("camembert", "Camembert", "CamemBERT", "classifier.dense", "classifier.out_proj"),
    DATA2VEC(
            "data2vec-text", "Data2VecText", "data2vec", "classifier.dense", "classifier.out_proj"),
    ERNIE("ernie", "Ernie", "ERNIE", "ernie.pooler.dense", "classifier");

    private static final String MODEL_TYPE = "model_type";

    private final String modelType;
    private final String className;
    private final String title;
    private final String dense;
    private final String output;

    EncoderFamily(String modelType, String className, String title, String dense, String output) {
        this.modelType = modelType;
        this.className = className + "ForSequenceClassification";
        this.title = title;
        this.dense = dense;
        this.output = output;
    }

    /**
     * The family that {@code model_type} in {@code config.json} names. Where that is absent, as in
     * jina-reranker-v2, {@code architectures} names it.
     */
    static Optional<EncoderFamily> of(CheckpointConfig config) {
        return Arrays.stream(values()).filter(family -> family.isNamedBy(config)).findFirst();
    }

    private boolean isNamedBy(CheckpointConfig config) {
        return config.has(MODEL_TYPE)
                ? config.text(MODEL_TYPE).equals(modelType)
                : config.texts("architectures").contains(className);
    }

    /** Its name for people. */
    String title() {
        return title;
    }

    /** Name of the head's first linear layer. */
    String dense() {
        return dense;
    }

    /** Name of the head's last linear layer. */
    String output() {
        return output;
    }

    /** Whether positions count on from the padding token's id, skipping padding tokens. */
    boolean countsFromPadding() {
        return this != BERT && this != ERNIE;
    }
}
