package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DecoderSettingsTest {

    private final DecoderSettings gemma = settings(DecoderArchitecture.GEMMA, DecoderModels.GEMMA);
    private final DecoderSettings miniCpm =
            settings(DecoderArchitecture.MINICPM, DecoderModels.MINICPM);
    private final DecoderSettings lightweight =
            settings(DecoderArchitecture.COST_WISE_GEMMA, DecoderModels.LIGHTWEIGHT);

    @Test
    void takesWhatEachModelOffers() {
        assertThat(gemma.check(ScoringSettings.defaults())).isEmpty();
        assertThat(gemma.check(cutoffs(18))).isEmpty();
        assertThat(miniCpm.check(cutoffs(8, 28, 40))).isEmpty();
        assertThat(lightweight.check(compressed(2, List.of(8), 25))).isEmpty();
        assertThat(lightweight.check(compressed(3, List.of(1, 41), 42))).isEmpty();
    }

    @Test
    void refusesCutoffsWhereThereIsOneHead() {
        assertThat(gemma.check(cutoffs(9)))
                .containsExactly(
                        "cutoff_layers [9]: GemmaForCausalLM has one head, after its last layer 18;"
                                + " the reference would ignore them");
    }

    @Test
    void refusesCutoffsWithoutAHead() {
        assertThat(miniCpm.check(cutoffs(7, 20, 41)))
                .containsExactly(
                        "cutoff_layers 7: LayerWiseMiniCPMForCausalLM has heads for layers 8 to 40;"
                                + " the reference would drop it and return fewer scores",
                        "cutoff_layers 41: LayerWiseMiniCPMForCausalLM has heads for layers 8 to"
                                + " 40; the reference would drop it and return fewer scores");
    }

    @Test
    void refusesUnsortedAndRepeatedCutoffs() {
        assertThat(miniCpm.check(cutoffs(40, 28)))
                .containsExactly(
                        "cutoff_layers [40, 28] are not ascending: the reference would score a"
                                + " layer with the head of another; give [28, 40]");
        assertThat(lightweight.check(cutoffs(40, 28)))
                .containsExactly(
                        "cutoff_layers [40, 28] are not ascending: the reference would return the"
                                + " scores in ascending order all the same; give [28, 40]");
        assertThat(miniCpm.check(cutoffs(28, 28)))
                .containsExactly(
                        "cutoff_layers [28, 28] repeat a layer: the reference would return one"
                                + " score for the repeated; name each once");
    }

    @Test
    void refusesCompressionWhereThereIsNone() {
        assertThat(miniCpm.check(compressed(2, List.of(8), 28)))
                .containsExactly(
                        "compress_ratio 2, compress_layers [8]: LayerWiseMiniCPMForCausalLM cannot"
                                + " compress; the reference would ignore both");
        assertThat(
                        gemma.check(
                                new ScoringSettings(
                                        List.of(), 1, List.of(), HeadSelection.POSITIONAL, true)))
                .containsExactly("attention_softcap on: GemmaForCausalLM has none");
    }

    @Test
    void refusesCompressionThatCannotBe() {
        assertThat(lightweight.check(compressed(0, List.of(8), 28)))
                .containsExactly(
                        "compress_ratio 0: must be at least 1; the reference would divide by it"
                                + " unchecked");
        assertThat(lightweight.check(compressed(2, List.of(0, 42), 28)))
                .containsExactly(
                        "compress_layers 0: must be within 1 to 41; the reference would ignore it",
                        "compress_layers 42: must be within 1 to 41; the reference would ignore"
                                + " it");
        assertThat(lightweight.check(compressed(2, List.of(16, 8), 28)))
                .containsExactly(
                        "compress_layers [16, 8] are not ascending: the reference would take them"
                                + " in ascending order all the same; give [8, 16]");
        assertThat(lightweight.check(compressed(2, List.of(8, 8), 28)))
                .containsExactly(
                        "compress_layers [8, 8] repeat a layer: the reference would merge there"
                                + " once; name each once");
        assertThat(lightweight.check(compressed(2, List.of(), 28)))
                .containsExactly(
                        "compress_ratio 2 without compress_layers: name them (the reference's"
                                + " command would take 8, its model would compress nothing)");
    }

    @Test
    void refusesASoftcapThatTheModelHasNot() {
        ScoringSettings capped =
                new ScoringSettings(List.of(28), 1, List.of(), HeadSelection.POSITIONAL, true);
        DecoderSettings uncapped =
                settings(
                        DecoderArchitecture.COST_WISE_GEMMA,
                        DecoderModels.LIGHTWEIGHT.replace(
                                "\"attn_logit_softcapping\": 50.0",
                                "\"attn_logit_softcapping\": null"));
        assertThat(lightweight.check(capped)).isEmpty();
        assertThat(uncapped.check(capped))
                .containsExactly(
                        "attention_softcap on: attn_logit_softcapping is null in the model's"
                                + " config.json");
    }

    @Test
    void warnsOfWhatNeverRuns() {
        assertThat(lightweight.check(compressed(2, List.of(24, 40), 28))).isEmpty();
        assertThat(lightweight.warnings(compressed(2, List.of(24, 40), 28)))
                .containsExactly(
                        "compress_layers 40 never runs: the deepest of cutoff_layers is 28");
        assertThat(lightweight.warnings(compressed(2, List.of(28), 28)))
                .containsExactly(
                        "compress_layers 28 never runs: the deepest of cutoff_layers is 28");
        assertThat(lightweight.warnings(compressed(1, List.of(8), 28)))
                .containsExactly("compress_layers [8] do nothing at compress_ratio 1");
        assertThat(miniCpm.warnings(cutoffs(28))).isEmpty();
    }

    @Test
    void picksHeadsAsTheReferenceDoesUnlessAskedByLayer() {
        assertThat(lightweight.heads(cutoffs(28))).containsExactly(0);
        assertThat(lightweight.heads(cutoffs(10, 28, 42))).containsExactly(0, 1, 2);
        assertThat(
                        lightweight.heads(
                                new ScoringSettings(
                                        List.of(10, 42),
                                        1,
                                        List.of(),
                                        HeadSelection.BY_LAYER,
                                        false)))
                .containsExactly(2, 34);
        assertThat(miniCpm.heads(cutoffs(10, 40))).containsExactly(2, 32);
        assertThat(miniCpm.heads(ScoringSettings.defaults())).containsExactly(32);
        assertThat(lightweight.heads(ScoringSettings.defaults())).containsExactly(0);
        assertThat(gemma.heads(ScoringSettings.defaults())).containsExactly(0);
    }

    @Test
    void saysWhereACutoffsHeadDependsOnTheOthers() {
        ScoringSettings byLayer =
                new ScoringSettings(List.of(10, 42), 1, List.of(), HeadSelection.BY_LAYER, false);

        assertThat(lightweight.headsByPosition(cutoffs(10, 42))).isTrue();
        assertThat(lightweight.headsByPosition(byLayer)).isFalse();
        assertThat(miniCpm.headsByPosition(cutoffs(10, 40))).isFalse();
        assertThat(gemma.headsByPosition(cutoffs(18))).isFalse();
    }

    private static DecoderSettings settings(DecoderArchitecture architecture, String json) {
        return new DecoderSettings(DecoderModels.descriptor(architecture, json));
    }

    private static ScoringSettings cutoffs(Integer... cutoffs) {
        return new ScoringSettings(List.of(cutoffs), 1, List.of(), HeadSelection.POSITIONAL, false);
    }

    private static ScoringSettings compressed(int ratio, List<Integer> layers, int cutoff) {
        return new ScoringSettings(List.of(cutoff), ratio, layers, HeadSelection.POSITIONAL, false);
    }
}
