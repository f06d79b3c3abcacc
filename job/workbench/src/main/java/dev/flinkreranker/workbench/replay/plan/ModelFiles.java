package dev.flinkreranker.workbench.replay.plan;

import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan.FileState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What a model is made of. */
final class ModelFiles {
    private ModelFiles() {}

    /** The files of models and of their modules that scores depend on, as they are now, by path. */
    static List<FileState> of(Collection<ModelReference> models) throws IOException {
        Set<Path> files = new TreeSet<>();
        for (ModelReference model : models) {
            files.addAll(Checkpoint.files(model.path(), model.basePath()));
        }
        List<FileState> states = new ArrayList<>();
        for (Path file : files) {
            states.add(FileState.of(file));
        }
        return states;
    }
}
