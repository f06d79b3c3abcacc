package dev.flinkreranker.runtime.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The modules that a folder of Sentence Transformers declares in {@code modules.json}, in the order
 * in which they run.
 *
 * @param file the file, whether or not it is there
 * @param modules the modules; none where there is no such file
 */
public record ModuleChain(Path file, List<Module> modules) {

    private static final String NAME = "modules.json";
    private static final String LIBRARY = "sentence_transformers.";
    private static final int MOST = 16;
    private static final Pattern FOLDER = Pattern.compile("[0-9A-Za-z_-][0-9A-Za-z._-]*");

    /**
     * One module.
     *
     * @param type the class that runs it, with its package
     * @param folder where its files lie, beside {@code modules.json}; empty for that directory
     * @param directory the same as a path
     */
    public record Module(String type, String folder, Path directory) {

        /**
         * The library's class that runs it, without its package: {@code Pooling}; empty for code of
         * the folder's own.
         */
        public String name() {
            return type.startsWith(LIBRARY) ? type.substring(type.lastIndexOf('.') + 1) : "";
        }

        /** The name that one of its tensors has in the checkpoint. */
        public String tensor(String name) {
            return folder + "/" + name;
        }

        /**
         * Its own {@code config.json}.
         *
         * @throws InvalidCheckpointException if it is missing or broken
         */
        public CheckpointConfig config() {
            return CheckpointConfig.read(directory.resolve(Checkpoint.CONFIG));
        }
    }

    /** Copies the list. */
    public ModuleChain {
        modules = List.copyOf(modules);
    }

    /**
     * Reads a directory's chain.
     *
     * @throws InvalidCheckpointException if the file is no list of modules, or if one of them would
     *     lie elsewhere or where another lies
     */
    static ModuleChain read(Path directory) {
        Path file = directory.resolve(NAME);
        if (!Files.exists(file)) {
            return new ModuleChain(file, List.of());
        }
        JsonNode list = JsonFile.read(file);
        if (!list.isArray() || list.isEmpty() || list.size() > MOST) {
            throw new InvalidCheckpointException(
                    "%s: must be a list of 1 to %d modules".formatted(file, MOST));
        }
        List<Module> modules = new ArrayList<>();
        Set<String> folders = new HashSet<>();
        for (JsonNode entry : list) {
            String folder = entry.path("path").asText();
            if (!folder.isEmpty() && !FOLDER.matcher(folder).matches()) {
                throw invalid(
                        file,
                        modules.size(),
                        "has the path \"%s\", which is no folder beside this file"
                                .formatted(folder));
            }
            if (!folders.add(folder)) {
                throw invalid(
                        file,
                        modules.size(),
                        "has the path \"%s\", as another has".formatted(folder));
            }
            modules.add(new Module(entry.path("type").asText(), folder, directory.resolve(folder)));
        }
        return new ModuleChain(file, modules);
    }

    /**
     * Where the files of a model lie: its directory, and the folders of its modules, as far as they
     * are there.
     *
     * @throws InvalidCheckpointException if {@code modules.json} is broken
     */
    static List<Path> directories(Path directory) {
        return Stream.concat(
                        Stream.of(directory),
                        read(directory).modules.stream()
                                .filter(module -> !module.folder().isEmpty())
                                .map(Module::directory)
                                .filter(Files::isDirectory))
                .toList();
    }

    /** A refusal of one module, counted from 0, for the caller to throw. */
    public InvalidCheckpointException invalid(int index, String problem) {
        return invalid(file, index, problem);
    }

    private static InvalidCheckpointException invalid(Path file, int index, String problem) {
        return new InvalidCheckpointException("%s: module %d %s".formatted(file, index, problem));
    }
}
