package dev.flinkreranker.workbench.replay.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.workbench.replay.input.OnProblem;
import dev.flinkreranker.workbench.replay.plan.ConfigurationReader;
import dev.flinkreranker.workbench.replay.plan.Grid;
import dev.flinkreranker.workbench.replay.plan.ReplayConfiguration;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContenderTest {
    @TempDir Path directory;

    private Path file;

    @BeforeEach
    void model() throws Exception {
        Files.createDirectory(directory.resolve("model"));
        file = directory.resolve("today.yaml");
    }

    @Test
    void settingsAreToldToAPerson() throws Exception {
        Files.writeString(file, "model: model\ncutoff_layers: [4]\n");

        List<ReplayConfiguration> read =
                ConfigurationReader.read(
                        List.of(file),
                        null,
                        List.of(Grid.parse("fusion=none,z_sum"), Grid.parse("fusion_weight=0.3")));

        ReplayPlan plan =
                new ReplayPlan(
                        List.of(),
                        List.of(Path.of("/log.jsonl")),
                        read,
                        1,
                        8,
                        1,
                        OnProblem.STOP,
                        true);
        assertThat(Contender.of(plan, false, ReplayConfiguration.FIRST_STAGE))
                .extracting(Contender::settings)
                .contains("model, layer 4, the model's own length, z_sum with weight 0.3, auto");
    }
}
