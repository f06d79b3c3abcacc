package dev.flinkreranker.workbench.replay.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {

    @TempDir private Path directory;

    /** A head that was trained anew makes another model. */
    @Test
    void areThoseOfModulesToo() throws IOException {
        Files.writeString(
                directory.resolve("modules.json"),
                """
                [{"type": "sentence_transformers.models.Transformer", "path": ""},
                 {"type": "sentence_transformers.models.Dense", "path": "2_Dense"}]
                """);
        Path head = Files.createDirectory(directory.resolve("2_Dense"));
        Files.writeString(head.resolve("model.safetensors"), "weights");
        Files.writeString(directory.resolve("chat_template.jinja"), "words");
        Files.createDirectory(directory.resolve("notes"));
        Files.writeString(directory.resolve("notes").resolve("other.json"), "{}");

        assertThat(
                        ModelFiles.of(
                                List.of(
                                        new ModelReference(
                                                directory.toString(), ComputeType.AUTO, "cpu"))))
                .extracting(ReplayPlan.FileState::path)
                .containsExactly(
                        head.resolve("model.safetensors").toString(),
                        directory.resolve("chat_template.jinja").toString(),
                        directory.resolve("modules.json").toString());
    }
}
