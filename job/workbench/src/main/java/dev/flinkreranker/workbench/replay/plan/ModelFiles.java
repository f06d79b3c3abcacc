package dev.flinkreranker.workbench.replay.plan;

import dev.flinkreranker.runtime.checkpoint.HubCache;
import dev.flinkreranker.runtime.checkpoint.ModuleChain;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan.FileState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** What a model is made of. */
final class ModelFiles {
    private ModelFiles() {}

    /** The files of models and of their modules that scores depend on, as they are now, by path. */
    static List<FileState> of(Collection<ModelReference> models) throws IOException {
        HubCache cache = HubCache.ofProcess();
        List<Path> directories =
                models.stream()
                        .flatMap(model -> Stream.of(model.path(), model.basePath()))
                        .filter(Objects::nonNull)
                        .map(cache::directory)
                        .distinct()
                        .flatMap(directory -> ModuleChain.directories(directory).stream())
                        .toList();
        List<Path> files = new ArrayList<>();
        for (Path directory : directories) {
            try (Stream<Path> inside = Files.list(directory)) {
                inside.filter(file -> file.toString().matches(".*\\.(json|safetensors)"))
                        .filter(Files::isRegularFile)
                        .forEach(files::add);
            }
        }
        List<FileState> states = new ArrayList<>();
        for (Path file : files.stream().sorted().toList()) {
            states.add(FileState.of(file));
        }
        return states;
    }
}
