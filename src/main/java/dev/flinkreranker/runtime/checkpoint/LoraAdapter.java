package dev.flinkreranker.runtime.checkpoint;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An adapter's folder as PEFT saves it: {@code adapter_config.json} and {@code
 * adapter_model.safetensors}. It changes matrices of a base model by {@link LowRankUpdate}s, and
 * replaces other tensors ({@code modules_to_save}) or adds them.
 */
final class LoraAdapter {

    private static final String CONFIG = "adapter_config.json";
    private static final String WEIGHTS = "adapter_model.safetensors";
    private static final String PREFIX = "base_model.model.";
    private static final String DOWN = ".lora_A.weight";
    private static final String UP = ".lora_B.weight";

    /** Ways to begin an adapter that leave the base as it is; others change its weights too. */
    private static final Set<String> BEGINNINGS = Set.of("gaussian", "orthogonal", "eva");

    private static final List<String> OTHER_FORMULAS =
            List.of(
                    "alora_invocation_tokens",
                    "alpha_pattern",
                    "arrow_config",
                    "fan_in_fan_out",
                    "kasa_config",
                    "layer_replication",
                    "lora_bias",
                    "monteclora_config",
                    "target_parameters",
                    "trainable_token_indices",
                    "use_bdlora",
                    "use_dora",
                    "use_qalora",
                    "velora_config");

    private final Path directory;
    private final CheckpointConfig config;
    private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();

    private LoraAdapter(Path directory) {
        this.directory = directory;
        this.config = CheckpointConfig.read(directory.resolve(CONFIG));
        checkKind();
        if (!Files.exists(directory.resolve(WEIGHTS))) {
            throw new InvalidCheckpointException(
                    "%s: no such file, which holds the weights of an adapter%s"
                            .formatted(
                                    directory.resolve(WEIGHTS),
                                    Files.exists(directory.resolve("adapter_model.bin"))
                                            ? "; adapter_model.bin is a pickle and is not read"
                                            : ""));
        }
        SafetensorsFile.read(directory.resolve(WEIGHTS))
                .forEach(tensor -> tensors.put(tensor.name(), tensor));
    }

    /** Whether a folder is an adapter's, without weights of a model of its own. */
    static boolean isIn(Path directory) {
        return Files.exists(directory.resolve(CONFIG)) && !Checkpoint.hasWeights(directory);
    }

    /**
     * Reads an adapter's configuration and the header of its weights.
     *
     * @throws InvalidCheckpointException if one cannot be read, or it is an adapter of a kind that
     *     cannot be merged so
     */
    static LoraAdapter read(Path directory) {
        return new LoraAdapter(directory);
    }

    /**
     * The directory of the model that it was made for: a path, seen from the adapter's folder or
     * from the process's, or an id in the process's Hub cache.
     *
     * @throws InvalidCheckpointException if it is not here
     */
    Path base() {
        String named = config.text("base_model_name_or_path");
        try {
            Path beside = directory.resolve(named);
            return HubCache.ofProcess()
                    .directory(Files.isDirectory(beside) ? beside : Path.of(named));
        } catch (InvalidCheckpointException | InvalidPathException e) {
            throw config.invalid(
                    "base_model_name_or_path",
                    "names a model that cannot be used: " + e.getMessage());
        }
    }

    private void checkKind() {
        only("peft_type", "absent", "LORA");
        only("bias", "none", "none");
        for (String field : OTHER_FORMULAS) {
            if (!config.isOff(field)) {
                throw config.invalid(field, "is set, which cannot be merged");
            }
        }
        if (config.isText("init_lora_weights")
                && !BEGINNINGS.contains(config.text("init_lora_weights"))) {
            throw config.invalid(
                    "init_lora_weights",
                    "is \"%s\", which changes the base too; save the merged model"
                            .formatted(config.text("init_lora_weights")));
        }
    }

    private void only(String field, String absent, String supported) {
        String value = config.text(field, absent);
        if (!value.equals(supported)) {
            throw config.invalid(field, "is \"%s\"; supported is %s".formatted(value, supported));
        }
    }

    /**
     * The tensors of the base with this adapter's changes.
     *
     * @param names how the base may spell the names that the adapter uses
     * @throws InvalidCheckpointException if a tensor of it does not fit the base
     */
    Map<String, StoredTensor> mergedInto(Map<String, StoredTensor> base, BaseName names) {
        Map<String, StoredTensor> merged = new LinkedHashMap<>(base);
        Set<String> added = new HashSet<>(config.texts("modules_to_save"));
        for (StoredTensor tensor : tensors.values()) {
            String name = tensor.name();
            if (!name.startsWith(PREFIX)) {
                throw invalid(tensor, "does not begin with " + PREFIX);
            }
            String own = name.substring(PREFIX.length());
            if (own.endsWith(DOWN)) {
                String module = own.substring(0, own.length() - DOWN.length());
                String weight = names.in(base, module + ".weight");
                merged.put(weight, updated(tensor, weight, base.get(weight)));
            } else if (own.endsWith(UP)) {
                String down = name.substring(0, name.length() - UP.length()) + DOWN;
                counterpart(tensor, down);
            } else {
                String stored = names.in(base, own);
                merged.put(stored, replacement(tensor, stored, base.get(stored), added));
            }
        }
        return merged;
    }

    private StoredTensor updated(StoredTensor down, String name, @Nullable StoredTensor matrix) {
        String module = down.name().substring(0, down.name().length() - DOWN.length());
        StoredTensor up = counterpart(down, module + UP);
        if (matrix == null) {
            throw invalid(down, "the base has no tensor \"%s\"".formatted(name));
        }
        List<Long> shape = matrix.shape();
        long rank = down.shape().isEmpty() ? 0 : down.shape().get(0);
        if (shape.size() != 2
                || rank < 1
                || !down.shape().equals(List.of(rank, shape.get(1)))
                || !up.shape().equals(List.of(shape.get(0), rank))) {
            throw invalid(
                    down,
                    "shapes %s and %s do not fit the base's tensor \"%s\" of shape %s"
                            .formatted(down.shape(), up.shape(), name, shape));
        }
        checkRank(down, rank);
        for (StoredTensor tensor : List.of(down, up, matrix)) {
            if (!tensor.type().isWeight()) {
                throw invalid(
                        tensor, "dtype %s; must be F32, F16 or BF16".formatted(tensor.type()));
            }
        }
        return matrix.updatedBy(new LowRankUpdate(down, up, scale(rank)));
    }

    /** Only a pattern of ranks gives modules ranks of their own. */
    private void checkRank(StoredTensor down, long rank) {
        int named = config.integer("r", 1, 8);
        if (config.isOff("rank_pattern") && named != rank) {
            throw config.invalid(
                    "r",
                    "is %d, but tensor \"%s\" has rank %d".formatted(named, down.name(), rank));
        }
    }

    /** PEFT's default for alpha is 8, and so is that for the rank. */
    private double scale(long rank) {
        double alpha = config.number("lora_alpha", 8.0);
        if (!Float.isFinite((float) alpha)) {
            throw config.invalid("lora_alpha", "is %s, which float32 cannot hold".formatted(alpha));
        }
        return alpha / (config.flag("use_rslora", false) ? Math.sqrt(rank) : rank);
    }

    private StoredTensor counterpart(StoredTensor tensor, String name) {
        StoredTensor other = tensors.get(name);
        if (other == null) {
            throw invalid(tensor, "there is no \"%s\" to it".formatted(name));
        }
        return other;
    }

    private StoredTensor replacement(
            StoredTensor tensor, String name, @Nullable StoredTensor old, Set<String> added) {
        if (old == null && added.stream().noneMatch(module -> isIn(name, module))) {
            throw invalid(
                    tensor, "neither a low-rank update, nor in the base, nor in modules_to_save");
        }
        if (old != null && !old.shape().equals(tensor.shape())) {
            throw invalid(
                    tensor,
                    "shape %s, but the base's is %s".formatted(tensor.shape(), old.shape()));
        }
        return tensor.named(name);
    }

    /** Whether a tensor is of a module, which is named by the end of its path. */
    private static boolean isIn(String tensor, String module) {
        return ("." + tensor).contains("." + module + ".");
    }

    private static InvalidCheckpointException invalid(StoredTensor tensor, String problem) {
        return new InvalidCheckpointException(
                "%s: tensor \"%s\": %s".formatted(tensor.file(), tensor.name(), problem));
    }
}
