package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.CheckpointConfig;
import java.util.List;
import java.util.Optional;

/**
 * What Sentence Transformers makes of a model's logit, as its folder declares it. Scores here stay
 * raw unless a setting normalizes them.
 *
 * @param activation the class of torch, such as {@code torch.nn.modules.activation.Sigmoid}
 * @param source the file that names it; empty if none does, and it is the library's default
 */
public record DeclaredScore(String activation, String source) {

    /** A score that stays as it is, because nobody says otherwise. */
    public static final DeclaredScore RAW =
            new DeclaredScore("torch.nn.modules.linear.Identity", "");

    private static final String SIGMOID = "Sigmoid";

    /** Classes that can be followed. */
    private static final List<String> KNOWN = List.of(SIGMOID, "Identity");

    private static final String FIELD = "activation_fn";

    /** Where releases before 5 and before 4 put it, in {@code config.json}. */
    private static final String OLDER = "sentence_transformers";

    private static final String OLDEST = "sbert_ce_default_activation_function";

    static DeclaredScore of(Checkpoint checkpoint) {
        CheckpointConfig folder = checkpoint.declaration();
        CheckpointConfig config = checkpoint.config();
        CheckpointConfig older = config.object(OLDER);
        if (folder.has(FIELD)) {
            return new DeclaredScore(folder.text(FIELD), Checkpoint.DECLARATION);
        }
        if (older.has(FIELD)) {
            return new DeclaredScore(older.text(FIELD), Checkpoint.CONFIG);
        }
        if (config.has(OLDEST)) {
            return new DeclaredScore(config.text(OLDEST), Checkpoint.CONFIG);
        }
        boolean cosine = DenseDescriptor.isDeclaredBy(checkpoint);
        return config.members("id2label", 1) > 1 || cosine
                ? RAW
                : new DeclaredScore("torch.nn.modules.activation.Sigmoid", "");
    }

    /** Whether the score becomes a number between 0 and 1, {@code 1 / (1 + exp(-logit))}. */
    public boolean isSigmoid() {
        return name().equals(SIGMOID);
    }

    /** Why it cannot be followed, in one line; empty if it can. */
    public Optional<String> objection() {
        return KNOWN.contains(name())
                ? Optional.empty()
                : Optional.of(
                        "the model's %s declares %s; supported are %s"
                                .formatted(source, activation, String.join(" and ", KNOWN)));
    }

    /** The class without its package: {@code Sigmoid}, {@code Identity}. */
    public String name() {
        return activation.substring(activation.lastIndexOf('.') + 1);
    }
}
