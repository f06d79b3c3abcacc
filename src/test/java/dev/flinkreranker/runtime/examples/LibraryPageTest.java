package dev.flinkreranker.runtime.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.runtime.engine.RerankTask;
import dev.flinkreranker.runtime.model.ComputeType;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The example of the library's page, as it stands there, by the small real model. */
class LibraryPageTest {

    private static final String MODEL = "../tests/models/scifact-minilm-layerwise";

    @Test
    void thePageShowsTheCode() throws Exception {
        String source =
                Files.readString(
                        Path.of(
                                "test/java",
                                getClass().getPackageName().replace('.', '/'),
                                "OrderPassages.java"));
        String shown = source.substring(source.indexOf("import "));
        String page = Files.readString(Path.of("LIBRARY.md"));

        assertThat(page).contains("```java\n" + shown + "```");
        assertThat(Arrays.asList(page.split("```java", -1))).hasSize(1 + 1);
    }

    @Test
    void theCodeRuns() throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            OrderPassages.main(new String[] {MODEL});
        } finally {
            System.setOut(before);
        }

        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("Scored[passage=Aspirin");
    }

    @Test
    void aModelThatIsNotThereIsToldInOneLine() {
        RerankTask task =
                RerankTask.of(
                        new ModelReference("/nowhere", ComputeType.AUTO, "cpu"), "q", List.of("p"));
        try (RerankEngine engine = RerankEngine.acquire(EngineSettings.defaults())) {
            assertThatThrownBy(() -> OrderPassages.order(engine, task))
                    .hasMessageStartingWith("Failed[reason=model /nowhere could not be loaded: ")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void nullsAreToldByTheirPlace() {
        ModelReference model = new ModelReference(MODEL, ComputeType.AUTO, "cpu");

        assertThatThrownBy(() -> RerankTask.of(model, null, List.of("p")))
                .hasMessage("query is null");
        assertThatThrownBy(() -> RerankTask.of(model, "q", null)).hasMessage("passages is null");
        assertThatThrownBy(() -> RerankTask.of(model, "q", Arrays.asList("p", null)))
                .hasMessage("passages[1] is null");
    }
}
