package dev.flinkreranker.workbench.replay.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.workbench.replay.input.OnProblem;
import dev.flinkreranker.workbench.replay.plan.ConfigurationReader;
import dev.flinkreranker.workbench.replay.plan.Grid;
import dev.flinkreranker.workbench.replay.plan.ReplayConfiguration;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

        assertThat(contenders(read))
                .extracting(Contender::settings)
                .contains("model, layer 4, the model's own length, z_sum with weight 0.3, auto");
    }

    @Test
    void scoresOfAGpuMayNotHaveTheStreamsBits() throws Exception {
        Files.writeString(file, "model: model\n");
        ReplayConfiguration cpu = ConfigurationReader.read(List.of(file), null, List.of()).get(0);
        Map<String, ModelReference> onGpu = new HashMap<>(cpu.models());
        onGpu.replaceAll((alias, model) -> model.on("cuda:1"));
        ReplayConfiguration gpu = new ReplayConfiguration("gpu", cpu.tenants(), onGpu, cpu.files());

        assertThat(contenders(List.of(cpu, gpu)))
                .extracting(Contender::sameBits)
                .containsExactly(true, true, false);
    }

    private static List<Contender> contenders(List<ReplayConfiguration> configurations) {
        ReplayPlan plan =
                new ReplayPlan(
                        List.of(),
                        List.of(Path.of("/log.jsonl")),
                        configurations,
                        1,
                        8,
                        1,
                        OnProblem.STOP,
                        true);
        return Contender.of(plan, false, ReplayConfiguration.FIRST_STAGE);
    }
}
