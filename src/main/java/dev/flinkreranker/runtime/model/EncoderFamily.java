package dev.flinkreranker.runtime.model;

/** The encoder architectures: one network, three ways to name its weights and count positions. */
enum EncoderFamily {
    BERT("bert", "BERT", "bert.", "bert.pooler.dense", "classifier"),
    ROBERTA("roberta", "RoBERTa", "roberta.", "classifier.dense", "classifier.out_proj"),
    XLM_ROBERTA(
            "xlm-roberta", "XLM-RoBERTa", "roberta.", "classifier.dense", "classifier.out_proj");

    private final String modelType;
    private final String title;
    private final String prefix;
    private final String dense;
    private final String output;

    EncoderFamily(String modelType, String title, String prefix, String dense, String output) {
        this.modelType = modelType;
        this.title = title;
        this.prefix = prefix;
        this.dense = dense;
        this.output = output;
    }

    /** {@code model_type} in {@code config.json}. */
    String modelType() {
        return modelType;
    }

    /** Its name for people. */
    String title() {
        return title;
    }

    /** What the names of the body's weights begin with. */
    String prefix() {
        return prefix;
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
        return this != BERT;
    }

    /**
     * Whether the passage has a token type of its own. RoBERTa's tokenizers make no token types, so
     * its models see type 0 throughout, however many their table has.
     */
    boolean hasSegments() {
        return this == BERT;
    }
}
