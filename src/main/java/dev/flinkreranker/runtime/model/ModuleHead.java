package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.checkpoint.CheckpointConfig;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import dev.flinkreranker.runtime.checkpoint.ModuleChain;
import dev.flinkreranker.runtime.checkpoint.ModuleChain.Module;
import dev.flinkreranker.runtime.model.ScoreHead.Kind;
import dev.flinkreranker.runtime.model.ScoreHead.Pooling;
import dev.flinkreranker.runtime.model.ScoreHead.Step;
import dev.flinkreranker.runtime.program.WeightSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a head from a chain of modules: Transformer, Pooling, then Dense and LayerNorm in any
 * order, of which the last is a Dense that writes {@code scores}. Anything else is refused by name.
 */
final class ModuleHead {

    /** LayerNorm's own, which no file states. */
    private static final double EPSILON = 1e-5;

    private static final String STATE = "sentence_embedding";
    private static final String SCORES = "scores";

    /** The older way to name a pooling: a flag of its own for each. */
    private static final Map<String, String> FLAGS =
            Map.of(
                    "pooling_mode_cls_token", "cls",
                    "pooling_mode_max_tokens", "max",
                    "pooling_mode_mean_tokens", "mean",
                    "pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens",
                    "pooling_mode_weightedmean_tokens", "weightedmean",
                    "pooling_mode_lasttoken", "lasttoken");

    private final ModuleChain chain;
    private final List<Step> steps = new ArrayList<>();
    private long width;

    private ModuleHead(ModuleChain chain, long hidden) {
        this.chain = chain;
        this.width = hidden;
    }

    /**
     * The head of a chain; empty where the transformer is its only module, or where there is none:
     * then the head is the model's own.
     *
     * @param hidden width of the transformer's states
     * @throws InvalidCheckpointException if the chain cannot be followed
     */
    static Optional<ScoreHead> of(ModuleChain chain, long hidden) {
        List<Module> modules = chain.modules();
        if (modules.isEmpty()) {
            return Optional.empty();
        }
        Module transformer = modules.get(0);
        if (!transformer.name().equals("Transformer") || !transformer.folder().isEmpty()) {
            throw chain.invalid(0, "must be Sentence Transformers' Transformer in this directory");
        }
        return modules.size() == 1
                ? Optional.empty()
                : Optional.of(new ModuleHead(chain, hidden).read());
    }

    /**
     * Refuses what would come after the transformer of a model whose head is always its own.
     *
     * @throws InvalidCheckpointException if anything does
     */
    static void checkTransformerAlone(ModuleChain chain) {
        if (chain.modules().size() > 1) {
            throw chain.invalid(
                    1,
                    "is of type \"%s\"; supported for this model is a Transformer alone"
                            .formatted(chain.modules().get(1).type()));
        }
    }

    /**
     * Which states of a text the chain's second module takes.
     *
     * @throws InvalidCheckpointException if it is no Pooling, or one that is not supported
     */
    static Pooling pooling(ModuleChain chain, long hidden) {
        return new ModuleHead(chain, hidden).pooling(chain.modules().get(1));
    }

    private ScoreHead read() {
        List<Module> modules = chain.modules();
        Pooling pooling = pooling(modules.get(1));
        for (int i = 2; i < modules.size(); i++) {
            Module module = modules.get(i);
            switch (module.name()) {
                case "Dense" -> dense(i, module, i == modules.size() - 1);
                case "LayerNorm" -> norm(module);
                default -> throw unsupported(i, module);
            }
        }
        if (steps.isEmpty() || steps.get(steps.size() - 1).kind() != Kind.LABEL) {
            throw new InvalidCheckpointException(
                    chain.file()
                            + ": ends without a Dense that makes scores: this is an embedding"
                            + " checkpoint, not a reranker");
        }
        return new ScoreHead(pooling, steps, EPSILON);
    }

    private Pooling pooling(Module module) {
        if (!module.name().equals("Pooling")) {
            throw unsupported(1, module);
        }
        CheckpointConfig config = module.config();
        for (String field : List.of("embedding_dimension", "word_embedding_dimension")) {
            if (config.has(field)) {
                checkWidth(config, field);
            }
        }
        List<String> modes =
                config.has("pooling_mode")
                        ? List.of(config.text("pooling_mode"))
                        : FLAGS.entrySet().stream()
                                .filter(flag -> config.flag(flag.getKey(), false))
                                .map(Map.Entry::getValue)
                                .toList();
        if (modes.equals(List.of("cls"))) {
            return Pooling.FIRST;
        }
        // Nothing said is the mean.
        if (modes.isEmpty() || modes.equals(List.of("mean"))) {
            return Pooling.MEAN;
        }
        throw config.invalid("pooling_mode", "is %s; supported are cls and mean".formatted(modes));
    }

    private void dense(int index, Module module, boolean last) {
        CheckpointConfig config = module.config();
        checkWidth(config, "in_features");
        if (config.flag("use_residual", false)) {
            throw config.invalid("use_residual", "is true, which is not supported");
        }
        String input = config.text("module_input_name", STATE);
        String output = config.text("module_output_name", input);
        if (!input.equals(STATE)) {
            throw config.invalid(
                    "module_input_name", "is \"%s\"; supported: %s".formatted(input, STATE));
        }
        if (!output.equals(last ? SCORES : STATE)) {
            if (last && output.equals(STATE)) {
                return;
            }
            throw config.invalid(
                    "module_output_name",
                    "is \"%s\", but must be \"%s\" in module %d of the chain"
                            .formatted(output, last ? SCORES : STATE, index));
        }
        int outputs = config.integer("out_features", 1);
        if (last && outputs > 2) {
            throw config.invalid("out_features", "is " + outputs + "; a reranker has one or two");
        }
        steps.add(
                new Step(
                        last ? Kind.LABEL : Kind.LINEAR,
                        WeightSpec.float32(module.tensor("linear.weight"), outputs, width),
                        config.flag("bias", true)
                                ? WeightSpec.float32(module.tensor("linear.bias"), outputs)
                                : null));
        Optional<Kind> activation = activation(config);
        if (last && activation.isPresent()) {
            throw config.invalid(
                    "activation_function",
                    "is \"%s\" in the module that makes scores; scores must be raw"
                            .formatted(config.text("activation_function", "tanh by default")));
        }
        activation.map(Step::activation).ifPresent(steps::add);
        width = outputs;
    }

    private void norm(Module module) {
        CheckpointConfig config = module.config();
        checkWidth(config, "dimension");
        steps.add(
                new Step(
                        Kind.NORM,
                        WeightSpec.float32(module.tensor("norm.weight"), width),
                        WeightSpec.float32(module.tensor("norm.bias"), width)));
    }

    /** What follows the linear part: a class of torch, tanh where none is named. */
    private static Optional<Kind> activation(CheckpointConfig config) {
        String name = config.text("activation_function", "torch.nn.modules.activation.Tanh");
        return switch (name) {
            case "torch.nn.modules.linear.Identity", "torch.nn.Identity" -> Optional.empty();
            case "torch.nn.modules.activation.Tanh", "torch.nn.Tanh" -> Optional.of(Kind.TANH);
            case "torch.nn.modules.activation.GELU", "torch.nn.GELU" -> Optional.of(Kind.GELU);
            case "torch.nn.modules.activation.ReLU", "torch.nn.ReLU" -> Optional.of(Kind.RELU);
            case "torch.nn.modules.activation.SiLU", "torch.nn.SiLU" -> Optional.of(Kind.SILU);
            default ->
                    throw config.invalid(
                            "activation_function",
                            "is \"%s\"; supported are Identity, Tanh, GELU, ReLU and SiLU of torch.nn"
                                    .formatted(name));
        };
    }

    private void checkWidth(CheckpointConfig config, String field) {
        int stated = config.integer(field, 1);
        if (stated != width) {
            throw config.invalid(
                    field, "is %d, but what comes before is %d wide".formatted(stated, width));
        }
    }

    private InvalidCheckpointException unsupported(int index, Module module) {
        return chain.invalid(
                index,
                ("is of type \"%s\"; supported are Sentence Transformers' Transformer, Pooling, then"
                                + " Dense and LayerNorm")
                        .formatted(module.type()));
    }
}
