package dev.flinkreranker.workbench.options;

import java.nio.file.Path;

/** The project's folder, with the model and the data set that come with it. */
public final class ProjectFolder {

    /** System property: where it is, as the launcher says. */
    public static final String PROPERTY = "reranker.home";

    private ProjectFolder() {}

    /** A file of the project; the folder is the current one where the launcher did not name it. */
    public static Path file(String name) {
        return Path.of(System.getProperty(PROPERTY, "")).resolve(name);
    }

    /** The small layerwise model. */
    public static Path smallModel() {
        return file("tests/models/scifact-minilm-layerwise");
    }

    /** SciFact's test claims, with BM25's candidates and the judgments. */
    public static Path scifact() {
        return file("job/workbench/data/scifact");
    }
}
