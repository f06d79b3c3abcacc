package dev.flinkreranker.workbench.tune;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.job.config.Yaml;
import dev.flinkreranker.operators.tenant.CalibratedStage;
import dev.flinkreranker.operators.tenant.Calibration;
import dev.flinkreranker.operators.tenant.TenantConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The config that a tuning writes. */
class TenantFileTest {
    private final ObjectNode fields =
            JsonNodeFactory.instance
                    .objectNode()
                    .put("model", "/models/m3")
                    .put("cutoff_layers", "decided anew")
                    .put("max_length", 256)
                    .put("prompt", "true");

    private final Stage last = new Stage(6, Blend.none(), Stage.ALL);

    @Test
    void stages() {
        Cascade cascade = new Cascade(30, List.of(new Stage(4, Blend.zSum(0.3), 5), last));

        String yaml = new TenantFile(fields, true, true).yaml(cascade);

        assertThat(yaml)
                .isEqualTo(
                        """
                        model: /models/m3
                        max_length: 256
                        prompt: "true"
                        stages:
                          - {candidates: 30, by: first_stage}
                          - {cutoff_layers: [4], fusion: z_sum, fusion_weight: 0.3, keep: 5}
                          - {cutoff_layers: [6]}
                        """);
        assertThat(TenantConfig.read(Yaml.parse(yaml), null, "t").settings().cascade())
                .extracting(stage -> stage.settings().cutoffLayers().get(0))
                .containsExactly(4, 6);
        assertThat(Yaml.parse(yaml).at("/prompt").isTextual()).isTrue();
    }

    @Test
    void aCalibration() {
        fields.put("calibration", "decided anew");
        Cascade cascade = new Cascade(Stage.ALL, List.of(last));
        Calibration calibration =
                new Calibration(
                        0.5,
                        -2.0,
                        0.25,
                        0.9,
                        List.of(
                                new CalibratedStage(
                                        "123456789012", "cutoff_layers [6], prompt 'true'")));

        assertThat(new TenantFile(fields, true, true).yaml(cascade, calibration))
                .isEqualTo(
                        """
                        model: /models/m3
                        max_length: 256
                        prompt: "true"
                        cutoff_layers: [6]
                        calibration:
                          slope: 0.5
                          intercept: -2.0
                          nothing_relevant_below: 0.25
                          nothing_relevant_precision: 0.9
                          fitted_for:
                            - {model: "123456789012", settings: "cutoff_layers [6], prompt 'true'"}
                        """);
    }

    @Test
    void aSingleStageNeedsNoList() {
        Cascade cascade = new Cascade(30, List.of(last));

        assertThat(new TenantFile(fields, true, false).yaml(cascade))
                .endsWith("cutoff_layers: [6]\nmax_candidates: 30\n");
        assertThat(new TenantFile(fields, false, false).yaml(cascade))
                .as("a model with one head has no depth to name")
                .endsWith("prompt: \"true\"\nmax_candidates: 30\n");
        assertThat(new TenantFile(fields, true, true).yaml(cascade))
                .endsWith("  - {candidates: 30, by: first_stage}\n  - {cutoff_layers: [6]}\n");
    }
}
