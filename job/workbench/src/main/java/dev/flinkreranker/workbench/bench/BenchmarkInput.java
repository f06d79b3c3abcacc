package dev.flinkreranker.workbench.bench;

import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.workbench.dataset.DataSet;
import dev.flinkreranker.workbench.options.ProjectFolder;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model works on which texts: the small one on SciFact, unless told otherwise. */
final class BenchmarkInput {

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "Another checkpoint than the small one that comes with the project.")
    private @Nullable Path model;

    @Mixin private BenchmarkType type;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Another data set, laid out like job/workbench/data/scifact.")
    private @Nullable Path data;

    @Option(
            names = "--max-length",
            paramLabel = "N",
            defaultValue = "512",
            description = "Limit of a pair in tokens (default: ${DEFAULT-VALUE}).")
    private int maxLength;

    int maxLength() {
        return maxLength;
    }

    ModelReference model() {
        Path directory = model == null ? ProjectFolder.smallModel() : model;
        return new ModelReference(directory.toString(), type.get(), "cpu");
    }

    DataSet data() throws IOException {
        return DataSet.read(data == null ? ProjectFolder.scifact() : data);
    }
}
