package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.CheckpointConfig;
import dev.flinkreranker.runtime.checkpoint.ModuleChain;
import dev.flinkreranker.runtime.checkpoint.ModuleChain.Module;
import java.util.ArrayList;
import java.util.List;

/**
 * The tokens whose logits make a decoder's score, where a folder of Sentence Transformers declares
 * them: by the module LogitScore after its Transformer.
 */
final class LogitScore {

    private LogitScore() {}

    /**
     * The token whose logit is the score, and that whose logit is taken off, if there is one; empty
     * where the folder declares none.
     *
     * @throws dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException if the chain has
     *     another module than these two, or a token is not in the vocabulary
     */
    static List<Long> of(Checkpoint checkpoint) {
        ModuleChain chain = checkpoint.modules();
        List<Module> modules = chain.modules();
        for (int i = 0; i < modules.size(); i++) {
            String expected = i == 0 ? "Transformer" : "LogitScore";
            if (i > 1 || !modules.get(i).name().equals(expected)) {
                throw chain.invalid(
                        i,
                        "is of type \"%s\"; supported for a decoder are Transformer, then LogitScore"
                                .formatted(modules.get(i).type()));
            }
        }
        if (modules.size() < 2) {
            return List.of();
        }
        CheckpointConfig config = modules.get(1).config();
        int vocabulary = checkpoint.config().integer("vocab_size", 1);
        List<Long> tokens = new ArrayList<>();
        tokens.add(token(config, "true_token_id", vocabulary));
        if (config.has("false_token_id")) {
            tokens.add(token(config, "false_token_id", vocabulary));
        }
        return List.copyOf(tokens);
    }

    private static long token(CheckpointConfig config, String field, int vocabulary) {
        int token = config.integer(field, 0);
        if (token >= vocabulary) {
            throw config.invalid(
                    field,
                    "is %d, but the model's vocabulary is 0 to %d"
                            .formatted(token, vocabulary - 1));
        }
        return token;
    }
}
