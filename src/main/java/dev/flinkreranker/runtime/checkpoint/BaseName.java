package dev.flinkreranker.runtime.checkpoint;

import java.util.Map;
import java.util.stream.Stream;

/**
 * What the names of a network's body begin with where there is a head beside it: {@code bert.},
 * {@code model.}. A checkpoint may leave it out, or put it before all names; transformers finds the
 * tensors all the same, and so does this.
 *
 * @param prefix with its dot
 */
record BaseName(String prefix) {

    /** That of the model of a configuration. */
    static BaseName of(CheckpointConfig config) {
        String type = config.text("model_type", "");
        boolean unnamedRoberta =
                type.isEmpty()
                        && config.texts("architectures").stream()
                                .anyMatch(name -> name.contains("Roberta"));
        return new BaseName(
                switch (unnamedRoberta ? "roberta" : type) {
                    case "bert", "ernie" -> type + ".";
                    case "roberta", "xlm-roberta", "camembert" -> "roberta.";
                    case "data2vec-text" -> "data2vec_text.";
                    default -> "model.";
                });
    }

    /** The names under which a tensor may be stored, its own first. */
    Stream<String> spellings(String name) {
        Stream<String> others = Stream.of(name, prefix + name);
        return name.startsWith(prefix)
                ? Stream.concat(others, Stream.of(name.substring(prefix.length())))
                : others;
    }

    /** The name under which a tensor is stored; its own if it is not there. */
    String in(Map<String, ?> tensors, String name) {
        return spellings(name).filter(tensors::containsKey).findFirst().orElse(name);
    }
}
