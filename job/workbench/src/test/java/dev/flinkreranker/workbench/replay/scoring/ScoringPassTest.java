package dev.flinkreranker.workbench.replay.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.workbench.replay.plan.ConfigurationReader;
import dev.flinkreranker.workbench.replay.plan.Grid;
import dev.flinkreranker.workbench.replay.plan.ReplayConfiguration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoringPassTest {
    @TempDir Path directory;

    private Path file;

    @BeforeEach
    void model() throws Exception {
        Files.createDirectory(directory.resolve("model"));
        file = directory.resolve("today.yaml");
    }

    @Test
    void cutoffsShareAPassUnlessHeadsGoByPosition() throws Exception {
        Files.writeString(file, "model: model\n");
        List<ReplayConfiguration> read =
                ConfigurationReader.read(
                        List.of(file), null, List.of(Grid.parse("cutoff_layers=16,8,8+16")));

        List<ScoringPass> shared = ScoringPass.of(read, configuration -> false);
        assertThat(shared).hasSize(1);
        assertThat(shared.get(0).scoring().cutoffLayers()).containsExactly(8, 16);
        assertThat(shared.get(0).served())
                .extracting(ScoringPass.Served::columns)
                .containsExactly(List.of(1), List.of(0), List.of(0, 1));
        assertThat(ScoringPass.of(read, configuration -> true)).hasSize(3);
        assertThat(ScoringPass.of(read))
                .as("nothing is known of a model without config.json")
                .hasSize(3);
    }

    @Test
    void fusionsShareAPass() throws Exception {
        Files.writeString(file, "model: model\ncutoff_layers: [4]\n");

        List<ReplayConfiguration> read =
                ConfigurationReader.read(
                        List.of(file),
                        null,
                        List.of(Grid.parse("fusion=none,z_sum"), Grid.parse("fusion_weight=0.3")));

        assertThat(ScoringPass.of(read, configuration -> false)).hasSize(1);
    }
}
