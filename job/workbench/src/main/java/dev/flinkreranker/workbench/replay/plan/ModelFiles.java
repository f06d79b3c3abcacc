package dev.flinkreranker.workbench.replay.plan;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan.FileState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** What a model is made of. */
final class ModelFiles {
    private ModelFiles() {}

    /** The files of models and of their modules that scores depend on, as they are now, by path. */
    static List<FileState> of(Collection<ModelReference> models) throws IOException {
        List<Path> directories =
                models.stream()
                        .flatMap(
                                model ->
                                        Checkpoint.directories(model.path(), model.basePath())
                                                .stream())
                        .distinct()
                        .toList();
        List<Path> files = new ArrayList<>();
        for (Path directory : directories) {
            try (Stream<Path> inside = Files.list(directory)) {
                inside.filter(file -> file.toString().matches(".*\\.(json|safetensors|jinja)"))
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
