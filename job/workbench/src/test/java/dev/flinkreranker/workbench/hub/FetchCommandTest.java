package dev.flinkreranker.workbench.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.tests.support.CommandRun;
import dev.flinkreranker.workbench.cli.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchCommandTest {

    private static final Path MODEL =
            Path.of("..", "..", "tests", "models", "scifact-minilm-layerwise");

    @TempDir Path directory;

    @Test
    void aFetchedModelCanBeUsed() throws IOException {
        try (LocalHub hub = new LocalHub()) {
            hub.files.clear();
            for (String name :
                    new String[] {
                        "config.json",
                        "tokenizer.json",
                        "tokenizer_config.json",
                        "model.safetensors",
                        "expected-scores.jsonl"
                    }) {
                hub.files.put(name, Files.readAllBytes(MODEL.resolve(name)));
            }
            hub.files.put("special_tokens_map.json", "{}".getBytes(UTF_8));
            Path to = directory.resolve("model");

            CommandRun fetched = fetch(hub, "--to", to.toString());

            assertThat(fetched.exitCode()).as(fetched.err()).isZero();
            assertThat(fetched.out().strip()).isEqualTo(to.toString());
            assertThat(fetched.err()).contains("org/name at " + LocalHub.COMMIT + ": 5 files, 46,");
            assertThat(to.resolve("special_tokens_map.json")).exists();
            CommandRun inspected =
                    CommandRun.of(Workbench.commandLine(), "model", "inspect", to.toString());
            assertThat(inspected.exitCode()).as(inspected.err()).isZero();
        }
    }

    @Test
    void aModelThatIsNotThereIsOneLine() throws IOException {
        try (LocalHub hub = new LocalHub()) {
            hub.fail("description", LocalHub.status(404));

            CommandRun run = fetch(hub, "--to", directory.toString(), "--revision", "v9");

            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err())
                    .startsWith("error: org/name, revision v9: not at localhost:")
                    .hasLineCount(1);
        }
    }

    private static CommandRun fetch(LocalHub hub, String... more) {
        String[] arguments = new String[5 + more.length];
        System.arraycopy(
                new String[] {"model", "fetch", LocalHub.ID, "--endpoint", hub.endpoint()},
                0,
                arguments,
                0,
                5);
        System.arraycopy(more, 0, arguments, 5, more.length);
        return CommandRun.of(Workbench.commandLine(), arguments);
    }
}
