package dev.flinkreranker.workbench.replay.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.tenant.Fusion;
import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.runtime.model.HeadSelection;
import dev.flinkreranker.workbench.replay.input.OnProblem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationReaderTest {
    @TempDir Path directory;

    private Path file;

    @BeforeEach
    void model() throws Exception {
        Files.createDirectory(directory.resolve("model"));
        file = directory.resolve("today.yaml");
    }

    @Test
    void gridsMultiplyAndNameOnlyWhatVaries() throws Exception {
        Files.writeString(
                file,
                "model: model\ncompute_type: float32\nprompt: Is B a reply to A?\n"
                        + "head_selection: by_layer\n");

        List<ReplayConfiguration> read =
                ConfigurationReader.read(
                        List.of(file),
                        null,
                        List.of(
                                Grid.parse("cutoff_layers=8,16+24"),
                                Grid.parse("max_candidates=5,50"),
                                Grid.parse("max_length=64")));

        assertThat(read)
                .extracting(ReplayConfiguration::name)
                .containsExactly(
                        "cutoff_layers=8,max_candidates=5",
                        "cutoff_layers=8,max_candidates=50",
                        "cutoff_layers=16_24,max_candidates=5",
                        "cutoff_layers=16_24,max_candidates=50");
        ReplayConfiguration last = read.get(3);
        assertThat(last.model().path()).isEqualTo(directory.resolve("model"));
        assertThat(last.model().computeType()).isEqualTo(ComputeType.FLOAT32);
        assertThat(last.settings().cutoffLayers()).containsExactly(16, 24);
        assertThat(last.settings().headSelection()).isEqualTo(HeadSelection.BY_LAYER);
        assertThat(last.settings().maxLength()).isEqualTo(64);
        assertThat(last.depth()).isEqualTo(50);
        assertThat(ReplayPlan.fromJson(plan(read).toJson())).isEqualTo(plan(read));
    }

    @Test
    void wrongFieldsAndMissingModelsAreNamed() throws Exception {
        Files.writeString(file, "model: model\ncutof_layers: [8]\n");
        assertThatThrownBy(() -> ConfigurationReader.read(List.of(file), null, List.of()))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("today.cutof_layers is not known")
                .hasMessageContaining("cutoff_layers");

        Files.writeString(file, "model: nowhere\n");
        assertThatThrownBy(() -> ConfigurationReader.read(List.of(file), null, List.of()))
                .hasMessageContaining(directory.resolve("nowhere").toString());

        Files.writeString(file, "top_n: 3\n");
        assertThatThrownBy(() -> ConfigurationReader.read(List.of(file), null, List.of()))
                .hasMessageContaining("today.model is missing");
        assertThatThrownBy(() -> Grid.parse("cutoff_layers"))
                .hasMessageContaining("FIELD=VALUE,VALUE");
    }

    @Test
    void fusionVariesAsOtherFieldsDo() throws Exception {
        Files.writeString(file, "model: model\ncutoff_layers: [4]\n");

        List<ReplayConfiguration> read =
                ConfigurationReader.read(
                        List.of(file),
                        null,
                        List.of(Grid.parse("fusion=none,z_sum"), Grid.parse("fusion_weight=0.3")));

        assertThat(read)
                .extracting(ReplayConfiguration::name)
                .containsExactly("fusion=none", "fusion=z_sum");
        assertThat(read.get(1).settings().fusion()).isEqualTo(Fusion.Z_SUM);
        assertThat(read.get(1).settings().fusionWeight()).isEqualTo(0.3);
    }

    @Test
    void aSecondConfigurationIsTriedByItselfToo() throws Exception {
        Path other = Files.createDirectory(file.resolveSibling("other"));
        Files.writeString(
                file,
                "model: model\ntop_n: 3\n"
                        + "interleave: {name: new, settings: {model: other, cutoff_layers: [3]}}\n");

        List<ReplayConfiguration> read = ConfigurationReader.read(List.of(file), null, List.of());

        assertThat(read)
                .extracting(ReplayConfiguration::name)
                .containsExactly("today", "today-new");
        assertThat(read.get(0).interleaving().name()).isEqualTo("new");
        assertThat(read.get(1).interleaving()).isNull();
        assertThat(read.get(1).model().directory()).isEqualTo(other.toString());
        assertThat(read.get(1).settings()).isEqualTo(read.get(0).interleaving().settings());
        assertThat(read.get(1).settings().topN()).isEqualTo(3);
        ReplayPlan plan = plan(read);
        assertThat(ReplayPlan.fromJson(plan.toJson())).isEqualTo(plan);
    }

    @Test
    void routesAreNotReplayed() throws Exception {
        Files.writeString(file, "model: model\nroutes: []\n");

        assertThatThrownBy(() -> ConfigurationReader.read(List.of(file), null, List.of()))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessage(
                        "today.routes: a replay takes the same settings for all requests; make each"
                                + " route's a configuration of its own");
    }

    private static ReplayPlan plan(List<ReplayConfiguration> configurations) {
        return new ReplayPlan(
                List.of(), List.of(Path.of("/log.jsonl")), configurations, 1, 8, 1, OnProblem.STOP);
    }
}
