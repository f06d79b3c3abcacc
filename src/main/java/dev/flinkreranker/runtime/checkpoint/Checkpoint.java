package dev.flinkreranker.runtime.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An unconverted Hugging Face checkpoint: {@code config.json} and {@code model.safetensors}, or
 * shards with {@code model.safetensors.index.json}; and the modules that {@code modules.json}
 * names. Data, never code: pickles are not read. Opening reads configuration and headers only; the
 * weights stay on disk.
 */
public final class Checkpoint {

    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    private final Path directory;
    private final CheckpointConfig config;
    private final ModuleChain modules;
    private final Map<String, StoredTensor> tensors;
    private final List<FileIdentity> files;

    private Checkpoint(
            Path directory,
            List<FileIdentity> files,
            CheckpointConfig config,
            ModuleChain modules,
            Map<String, StoredTensor> tensors) {
        this.directory = directory;
        this.files = files;
        this.config = config;
        this.modules = modules;
        this.tensors = tensors;
    }

    /**
     * Opens a checkpoint directory, the snapshot that {@code refs/main} of a Hub cache's folder
     * names, or the model of an id ({@code org/name}) in the process's Hub cache. Nothing is
     * downloaded.
     *
     * @throws InvalidCheckpointException if something is missing, cannot be read or cannot be true
     */
    public static Checkpoint open(Path named) {
        Path directory = HubCache.ofProcess().directory(named);
        // Before anything of them is read.
        List<FileIdentity> files = FileIdentity.in(directory);
        CheckpointConfig config = CheckpointConfig.read(directory.resolve("config.json"));
        ModuleChain modules = ModuleChain.read(directory);
        Map<String, StoredTensor> tensors = tensors(directory);
        modules.modules().forEach(module -> addTensors(module, tensors));
        return new Checkpoint(
                directory, files, config, modules, Collections.unmodifiableMap(tensors));
    }

    /**
     * Refuses a directory in which a file was changed or replaced since this was opened: what is
     * read of it now belongs to another checkpoint.
     *
     * @throws InvalidCheckpointException if so
     */
    public void checkUnchanged() {
        List<FileIdentity> now = FileIdentity.in(directory);
        for (FileIdentity file : files) {
            if (!now.contains(file)) {
                throw new InvalidCheckpointException(
                        file.path() + ": was changed or replaced while it was being read");
            }
        }
    }

    /** The directory it was opened from; of a Hub cache, the snapshot. */
    public Path directory() {
        return directory;
    }

    /** Its configuration. */
    public CheckpointConfig config() {
        return config;
    }

    /** The modules that Sentence Transformers would run. */
    public ModuleChain modules() {
        return modules;
    }

    /**
     * All its tensors by name, in the order of their bytes within each file. Those of a module in a
     * folder of its own have that before their names: {@code 2_Dense/linear.weight}.
     */
    public Map<String, StoredTensor> tensors() {
        return tensors;
    }

    /** Whether it has a tensor of that name. */
    public boolean has(String tensor) {
        return tensors.containsKey(tensor);
    }

    /**
     * A weight that the model needs.
     *
     * @param shape the shape it must have
     * @throws InvalidCheckpointException if it is missing, of another shape, or not F32, F16 or
     *     BF16
     */
    public StoredTensor weight(String name, long... shape) {
        StoredTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new InvalidCheckpointException(
                    "%s: tensor \"%s\" is missing".formatted(directory, name));
        }
        List<Long> expected = Arrays.stream(shape).boxed().toList();
        if (!tensor.shape().equals(expected)) {
            throw new InvalidCheckpointException(
                    "%s: tensor \"%s\": shape %s, but config.json asks for %s"
                            .formatted(tensor.file(), name, tensor.shape(), expected));
        }
        if (!tensor.type().isWeight()) {
            throw new InvalidCheckpointException(
                    "%s: tensor \"%s\": dtype %s; weights must be F32, F16 or BF16"
                            .formatted(tensor.file(), name, tensor.type()));
        }
        return tensor;
    }

    private static Map<String, StoredTensor> tensors(Path directory) {
        Path single = directory.resolve(SINGLE);
        Path index = directory.resolve(INDEX);
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        if (Files.exists(single)) {
            SafetensorsFile.read(single).forEach(tensor -> tensors.put(tensor.name(), tensor));
        } else if (Files.exists(index)) {
            Map<String, String> weightMap = weightMap(index);
            Set<String> shards = new LinkedHashSet<>(weightMap.values());
            for (String shard : shards) {
                for (StoredTensor tensor : SafetensorsFile.read(directory.resolve(shard))) {
                    StoredTensor twin = tensors.put(tensor.name(), tensor);
                    if (twin != null) {
                        throw new InvalidCheckpointException(
                                "%s: tensor \"%s\" is in %s too"
                                        .formatted(tensor.file(), tensor.name(), twin.file()));
                    }
                }
            }
            weightMap.forEach((name, shard) -> checkPlace(index, tensors.get(name), name, shard));
        } else {
            throw new InvalidCheckpointException(
                    "%s: neither %s nor %s is there%s"
                            .formatted(directory, SINGLE, INDEX, pickleHint(directory)));
        }
        return tensors;
    }

    private static void addTensors(ModuleChain.Module module, Map<String, StoredTensor> tensors) {
        Path folder = module.directory();
        Path weights = folder.resolve(SINGLE);
        if (module.folder().isEmpty()) {
            return;
        }
        if (Files.exists(weights)) {
            for (StoredTensor tensor : SafetensorsFile.read(weights)) {
                String name = module.tensor(tensor.name());
                tensors.put(name, tensor.named(name));
            }
        } else if (!pickleHint(folder).isEmpty()) {
            throw new InvalidCheckpointException(
                    "%s: %s is not there%s".formatted(folder, SINGLE, pickleHint(folder)));
        }
    }

    private static Map<String, String> weightMap(Path index) {
        JsonNode node = JsonFile.readObject(index).path("weight_map");
        if (!node.isObject()) {
            throw new InvalidCheckpointException(
                    index + ": field \"weight_map\" is missing or not an object");
        }
        Map<String, String> weightMap = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String shard = entry.getValue().asText("");
            // An index must not reach outside its directory.
            if (!shard.endsWith(".safetensors") || shard.contains("/") || shard.contains("\\")) {
                throw new InvalidCheckpointException(
                        "%s: tensor \"%s\": %s is not the name of a safetensors file beside it"
                                .formatted(index, entry.getKey(), entry.getValue()));
            }
            weightMap.put(entry.getKey(), shard);
        }
        return weightMap;
    }

    private static void checkPlace(
            Path index, @Nullable StoredTensor tensor, String name, String shard) {
        if (tensor == null || !tensor.file().getFileName().toString().equals(shard)) {
            throw new InvalidCheckpointException(
                    "%s: tensor \"%s\" is not in %s".formatted(index, name, shard));
        }
    }

    private static String pickleHint(Path directory) {
        return Files.exists(directory.resolve("pytorch_model.bin"))
                ? "; pytorch_model.bin is a pickle and is not read: use the checkpoint's safetensors revision"
                : "";
    }
}
