package dev.flinkreranker.runtime.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An unconverted Hugging Face checkpoint: {@code config.json} and {@code model.safetensors}, or
 * shards with {@code model.safetensors.index.json}; and the modules that {@code modules.json}
 * names. Data, never code: pickles are not read. Opening reads configuration and headers only; the
 * weights stay on disk.
 */
public final class Checkpoint {

    /** The configuration of the model. */
    public static final String CONFIG = "config.json";

    /** What Sentence Transformers saves of its own. */
    public static final String DECLARATION = "config_sentence_transformers.json";

    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final Pattern OLD_NORM = Pattern.compile("LayerNorm\\.(gamma|beta)$");

    private final Path directory;
    private final Path baseDirectory;
    private final CheckpointConfig config;
    private final BaseName baseName;
    private final ModuleChain modules;
    private final Map<String, StoredTensor> tensors;
    private final List<FileIdentity> files;

    private Checkpoint(
            Path directory,
            Path baseDirectory,
            List<FileIdentity> files,
            CheckpointConfig config,
            ModuleChain modules,
            Map<String, StoredTensor> tensors) {
        this.directory = directory;
        this.baseDirectory = baseDirectory;
        this.files = files;
        this.config = config;
        this.baseName = BaseName.of(config);
        this.modules = modules;
        this.tensors = Collections.unmodifiableMap(tensors);
    }

    /**
     * Opens a checkpoint directory, the snapshot that {@code refs/main} of a Hub cache's folder
     * names, or the model of an id ({@code org/name}) in the process's Hub cache. Nothing is
     * downloaded. An adapter's folder opens as the model that it makes of its base.
     *
     * @throws InvalidCheckpointException if something is missing, cannot be read or cannot be true
     */
    public static Checkpoint open(Path named) {
        return open(named, null);
    }

    /**
     * Opens a checkpoint directory, or an adapter on a base of one's own choice.
     *
     * @param base a directory or an id, as of {@link #open(Path)}; null for the base that the
     *     adapter names, and where it is no adapter
     * @throws InvalidCheckpointException as {@link #open(Path)}, and if there is a base for what is
     *     no adapter
     */
    public static Checkpoint open(Path named, @Nullable Path base) {
        Path directory = HubCache.ofProcess().directory(named);
        // Before anything of them is read.
        List<FileIdentity> files = FileIdentity.in(directory);
        if (LoraAdapter.isIn(directory)) {
            return adapted(directory, files, base);
        }
        if (base != null) {
            throw new InvalidCheckpointException(
                    directory + ": is no adapter, so it takes no base");
        }
        CheckpointConfig config = CheckpointConfig.read(directory.resolve(CONFIG));
        ModuleChain modules = ModuleChain.read(directory);
        return new Checkpoint(
                directory, directory, files, config, modules, tensors(directory, modules));
    }

    private static Checkpoint adapted(
            Path directory, List<FileIdentity> files, @Nullable Path base) {
        LoraAdapter adapter = LoraAdapter.read(directory);
        Path baseDirectory = baseOf(adapter, base);
        List<FileIdentity> all = new ArrayList<>(files);
        all.addAll(FileIdentity.in(baseDirectory));
        CheckpointConfig config = CheckpointConfig.read(baseDirectory.resolve(CONFIG));
        ModuleChain own = ModuleChain.read(directory);
        ModuleChain modules = own.modules().isEmpty() ? ModuleChain.read(baseDirectory) : own;
        return new Checkpoint(
                directory,
                baseDirectory,
                List.copyOf(all),
                config,
                modules,
                adapter.mergedInto(tensors(baseDirectory, modules), BaseName.of(config)));
    }

    private static Path baseOf(LoraAdapter adapter, @Nullable Path base) {
        return base == null ? adapter.base() : HubCache.ofProcess().directory(base);
    }

    /**
     * The files that a model is read from: those of its directory, of an adapter's base, and of
     * their modules.
     *
     * @throws InvalidCheckpointException as {@link #open(Path, Path)}
     */
    public static List<Path> files(Path named, @Nullable Path base) {
        Path directory = HubCache.ofProcess().directory(named);
        List<Path> files = new ArrayList<>(FileIdentity.paths(directory));
        if (LoraAdapter.isIn(directory)) {
            files.addAll(FileIdentity.paths(baseOf(LoraAdapter.read(directory), base)));
        }
        return List.copyOf(files);
    }

    private static Map<String, StoredTensor> tensors(Path directory, ModuleChain modules) {
        Map<String, StoredTensor> tensors = tensors(directory);
        modules.modules().forEach(module -> addTensors(module, tensors));
        return tensors;
    }

    /** Whether there is a model's own weights, in one file or in shards. */
    static boolean hasWeights(Path directory) {
        return Files.exists(directory.resolve(SINGLE)) || Files.exists(directory.resolve(INDEX));
    }

    /**
     * Refuses a directory in which a file was changed or replaced since this was opened: what is
     * read of it now belongs to another checkpoint.
     *
     * @throws InvalidCheckpointException if so
     */
    public void checkUnchanged() {
        for (FileIdentity file : files) {
            if (!file.isStill()) {
                throw new InvalidCheckpointException(
                        file.path() + ": was changed or replaced while it was being read");
            }
        }
    }

    /** The directory it was opened from; of a Hub cache, the snapshot. */
    public Path directory() {
        return directory;
    }

    /** Of an adapter, the base's directory; of any other model its own. */
    public Path baseDirectory() {
        return baseDirectory;
    }

    /** Where its {@code tokenizer.json} is; of an adapter that has none, the base's directory. */
    public Path tokenizerDirectory() {
        return Files.exists(directory.resolve("tokenizer.json")) ? directory : baseDirectory;
    }

    /** Its configuration; of an adapter, the base's. */
    public CheckpointConfig config() {
        return config;
    }

    /**
     * What Sentence Transformers saved of its own; of an adapter that has no such file, what it
     * saved of the base; without fields if there is none either.
     *
     * @throws InvalidCheckpointException if it is broken
     */
    public CheckpointConfig declaration() {
        Path own = directory.resolve(DECLARATION);
        return CheckpointConfig.readIfPresent(
                Files.exists(own) ? own : baseDirectory.resolve(DECLARATION));
    }

    /** What the names of the body's tensors begin with where it has a head: {@code bert.}. */
    public String basePrefix() {
        return baseName.prefix();
    }

    /**
     * The modules that Sentence Transformers would run; of an adapter without its own, the base's.
     */
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

    /** A tensor, by its name in transformers' network, however the checkpoint spells it. */
    public Optional<StoredTensor> find(String name) {
        return Optional.ofNullable(tensors.get(baseName.in(tensors, name)));
    }

    /** Whether there is {@link #find such} a tensor. */
    public boolean has(String name) {
        return find(name).isPresent();
    }

    /**
     * A weight that the model needs.
     *
     * @param shape the shape it must have
     * @throws InvalidCheckpointException if it is missing, of another shape, or not F32, F16 or
     *     BF16
     */
    public StoredTensor weight(String name, long... shape) {
        StoredTensor tensor = find(name).orElseThrow(() -> missing(name, ""));
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

    /**
     * Refuses layers beyond those that the configuration counts: they would be left out silently.
     *
     * @param layers how many it counts
     * @param next what the names of the next layer's tensors would begin with
     * @throws InvalidCheckpointException if there are any
     */
    public void checkNoLayerIsLeft(int layers, String next) {
        for (String name : tensors.keySet()) {
            if (baseName.spellings(next).anyMatch(name::startsWith)) {
                throw config.invalid(
                        "num_hidden_layers",
                        "is %d, but there is tensor \"%s\"".formatted(layers, name));
            }
        }
    }

    /**
     * A refusal for a tensor that is not there, for the caller to throw. Where all names begin with
     * something else, as {@code torch.compile} and data parallel training leave them, it says so:
     * transformers knows none of such names and scores with random weights.
     *
     * @param otherwise what else it means, or nothing
     */
    public InvalidCheckpointException missing(String name, String otherwise) {
        Set<String> names = tensors.keySet();
        String hint =
                names.stream()
                        .filter(other -> other.endsWith("." + name))
                        .map(other -> other.substring(0, other.length() - name.length()))
                        .filter(prefix -> names.stream().allMatch(n -> n.startsWith(prefix)))
                        .findFirst()
                        .map(
                                prefix ->
                                        ", but there is \"%s%s\": take \"%s\" off all names"
                                                .formatted(prefix, name, prefix))
                        .orElse(otherwise);
        return new InvalidCheckpointException(
                "%s: tensor \"%s\" is missing%s".formatted(directory, name, hint));
    }

    private static Map<String, StoredTensor> tensors(Path directory) {
        Path single = directory.resolve(SINGLE);
        Path index = directory.resolve(INDEX);
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        if (Files.exists(single)) {
            add(single, tensors);
        } else if (Files.exists(index)) {
            Map<String, String> weightMap = weightMap(index);
            Map<String, Set<String>> names = new HashMap<>();
            // A tensor that is in two shards is that of the last one, as with transformers.
            for (String shard : new TreeSet<>(weightMap.values())) {
                names.put(shard, add(directory.resolve(shard), tensors));
            }
            weightMap.forEach(
                    (name, shard) -> {
                        if (!names.get(shard).contains(name)) {
                            throw new InvalidCheckpointException(
                                    "%s: tensor \"%s\" is not in %s".formatted(index, name, shard));
                        }
                    });
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

    /**
     * Adds the tensors of a file, under the names of today.
     *
     * @return the names that they have in the file
     */
    private static Set<String> add(Path file, Map<String, StoredTensor> tensors) {
        Set<String> stored = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (StoredTensor tensor : SafetensorsFile.read(file)) {
            String name = OLD_NORM.matcher(tensor.name()).replaceFirst(Checkpoint::today);
            stored.add(tensor.name());
            if (!names.add(name)) {
                throw new InvalidCheckpointException(
                        "%s: tensor \"%s\" is there by its old name too".formatted(file, name));
            }
            tensors.put(name, tensor.named(name));
        }
        return stored;
    }

    /** TensorFlow's BERT called a norm's weight and bias gamma and beta. */
    private static String today(MatchResult old) {
        return "LayerNorm." + (old.group(1).equals("gamma") ? "weight" : "bias");
    }

    private static String pickleHint(Path directory) {
        return Files.exists(directory.resolve("pytorch_model.bin"))
                ? "; pytorch_model.bin is a pickle and is not read: use the checkpoint's safetensors revision"
                : "";
    }
}
