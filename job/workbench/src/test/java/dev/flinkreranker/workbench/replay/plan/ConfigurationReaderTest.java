package dev.flinkreranker.workbench.replay.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.tenant.Fusion;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.runtime.engine.ModelReference;
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
    private static final Path MODEL =
            Path.of("..", "..", "tests", "models", "scifact-minilm-layerwise");

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
        ModelReference model = last.models().get("model");
        assertThat(model.path()).isEqualTo(directory.resolve("model"));
        assertThat(model.computeType()).isEqualTo(ComputeType.FLOAT32);
        assertThat(last.common().model()).isEqualTo("model");
        assertThat(last.common().cutoffLayers()).containsExactly(16, 24);
        assertThat(last.common().headSelection()).isEqualTo(HeadSelection.BY_LAYER);
        assertThat(last.common().maxLength()).isEqualTo(64);
        assertThat(last.common().maxCandidates()).isEqualTo(50);
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
    void stagesNameDirectoriesAndVaryAsAList() throws Exception {
        Files.createDirectory(directory.resolve("little"));
        Files.writeString(file, "model: model\n");

        List<ReplayConfiguration> read =
                ConfigurationReader.read(
                        List.of(file),
                        null,
                        List.of(
                                Grid.parse(
                                        "stages=[{model: little, keep: 5}, {}],[{keep: 9}, {}]")));

        assertThat(read).hasSize(2);
        assertThat(read)
                .extracting(one -> one.common().cascade().get(0).cut().keep())
                .containsExactly(5, 9);
        assertThat(read.get(0).named())
                .extracting(ModelReference::path)
                .containsExactly(directory.resolve("little"), directory.resolve("model"));
        assertThat(read).extracting(ReplayConfiguration::name).doesNotHaveDuplicates();
        assertThat(ReplayPlan.fromJson(plan(read).toJson())).isEqualTo(plan(read));
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
        assertThat(read.get(1).common().fusion()).isEqualTo(Fusion.Z_SUM);
        assertThat(read.get(1).common().fusionWeight()).isEqualTo(0.3);
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
        TenantConfig config = read.get(0).tenants().defaults();
        assertThat(config.interleave().name()).isEqualTo("new");
        assertThat(read.get(1).tenants().defaults().interleave()).isNull();
        assertThat(read.get(1).models().get("other").directory()).isEqualTo(other.toString());
        assertThat(read.get(1).common()).isEqualTo(config.interleave().settings());
        assertThat(read.get(1).common().topN()).isEqualTo(3);
        ReplayPlan plan = plan(read);
        assertThat(ReplayPlan.fromJson(plan.toJson())).isEqualTo(plan);
    }

    @Test
    void routesNameModelsAsTheirTenantDoes() throws Exception {
        Path namesake = Files.createDirectories(directory.resolve("new/model"));
        Files.writeString(
                file,
                "model: model\nroutes: [{name: east, when: {field: language, equals: zh},"
                        + " settings: {model: new/model, top_n: 3}},"
                        + " {name: none, when: {field: language, equals: en},"
                        + " settings: {model: none}}]\n");

        ReplayConfiguration read = ConfigurationReader.read(List.of(file), null, List.of()).get(0);

        assertThat(read.tenants().defaults().routes())
                .extracting(route -> route.settings().model())
                .containsExactly("new/model", "none");
        assertThat(read.models().get("new/model").directory()).isEqualTo(namesake.toString());
        assertThat(read.named()).hasSize(2);
        assertThat(read.common()).as("there are several").isNull();
        ReplayPlan plan = plan(List.of(read));
        assertThat(ReplayPlan.fromJson(plan.toJson())).isEqualTo(plan);
    }

    @Test
    void aJobsFileIsAConfigurationOfItsTenants() throws Exception {
        Files.writeString(
                file,
                """
                requests: {topic: requests}
                results: {topic: results}
                dead_letters: {topic: dead-letters}
                kafka: {bootstrap.servers: "localhost:9092"}
                models: {small: {directory: %s, revision: r7}}
                defaults: {model: small}
                tenants: {acme: {version: 4, top_n: 3}, none: {model: none}}
                unknown_tenant: reject
                """
                        .formatted(MODEL.toAbsolutePath().normalize()));

        List<ReplayConfiguration> read = ConfigurationReader.read(List.of(file), null, List.of());

        assertThat(read).extracting(ReplayConfiguration::name).containsExactly("today");
        assertThat(read.get(0).tenants().find("acme").orElseThrow().version()).isEqualTo(4);
        assertThat(read.get(0).tenants().find("other")).isEmpty();
        assertThat(read.get(0).models().get("small").revision()).isEqualTo("r7");
        ReplayPlan plan = plan(read);
        assertThat(ReplayPlan.fromJson(plan.toJson())).isEqualTo(plan);
        assertThatThrownBy(
                        () ->
                                ConfigurationReader.read(
                                        List.of(file), null, List.of(Grid.parse("top_n=1"))))
                .hasMessage("--grid varies a tenant's fields, but %s has a whole job's", file);
    }

    private static ReplayPlan plan(List<ReplayConfiguration> configurations) {
        return new ReplayPlan(
                List.of(),
                List.of(Path.of("/log.jsonl")),
                configurations,
                1,
                8,
                1,
                OnProblem.STOP,
                true);
    }
}
