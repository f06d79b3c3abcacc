package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecoderConfigReaderTest {

    @Test
    void readsTheConstantsOfTheReleasedModels() {
        DecoderDescriptor gemma =
                DecoderModels.descriptor(DecoderArchitecture.GEMMA, DecoderModels.GEMMA);
        assertThat(gemma.embeddingScale()).isEqualTo(Math.sqrt(2048));
        assertThat(gemma.attentionScale()).isEqualTo(1.0 / 16);
        assertThat(gemma.cutoffLayers()).containsExactly(18);
        assertThat(gemma.answers())
                .isEqualTo(
                        new AnswerTable(
                                "model.embed_tokens.weight",
                                256000,
                                List.of(3553),
                                List.of("\"Yes\"")));
        assertThat(gemma.formula()).isEqualTo("the logit of \"Yes\"");

        DecoderDescriptor miniCpm =
                DecoderModels.descriptor(DecoderArchitecture.MINICPM, DecoderModels.MINICPM);
        assertThat(miniCpm.headSize()).isEqualTo(64);
        assertThat(miniCpm.residualScale()).isCloseTo(0.22135943621, within(1e-10));
        assertThat(miniCpm.cutoffLayers()).hasSize(33).startsWith(8).endsWith(40);

        DecoderDescriptor lightweight =
                DecoderModels.descriptor(
                        DecoderArchitecture.COST_WISE_GEMMA, DecoderModels.LIGHTWEIGHT);
        assertThat(lightweight.cutoffLayers()).hasSize(35);
        assertThat(lightweight.window()).isEqualTo(4096);
        assertThat(lightweight.formula())
                .isEqualTo("the product with the layer's head, capped softly at 30.0");
        assertThat(lightweight.attentionSoftcap()).isEqualTo(50);

        DecoderDescriptor qwen =
                DecoderModels.descriptor(DecoderArchitecture.QWEN3, DecoderModels.QWEN3);
        assertThat(qwen.answers().answers()).isEqualTo(List.of(9693, 2152));
        assertThat(qwen.formula()).isEqualTo("the logit of \"yes\" less that of \"no\"");
        assertThat(qwen.ropeTheta()).isEqualTo(1e6);
        assertThat(qwen.embeddingScale()).isEqualTo(1);
        assertThat(qwen.biased()).isEmpty();

        DecoderDescriptor mxbai =
                DecoderModels.descriptor(DecoderArchitecture.QWEN2, DecoderModels.QWEN2);
        assertThat(mxbai.headSize()).isEqualTo(64);
        assertThat(mxbai.biased()).containsExactly("q", "k", "v");
    }

    /** As every version of transformers saves it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"x\": 1|\"rope_parameters\": {\"rope_theta\": 1000000.0, \"rope_type\": \"default\"}",
                "\"rope_theta\": 1000000|\"rope_parameters\": {\"rope_theta\": 1e6}",
                "\"rope_theta\": 1000000|\"rope_parameters\": {\"type\": \"default\"}",
                "\"rope_theta\": 1000000|\"rope_scaling\": {\"rope_type\": \"default\"}",
                "\"x\": 1|\"rope_scaling\": {\"type\": \"default\", \"rope_theta\": 1e6}",
                "\"rope_theta\": 1000000|\"rope_parameters\": null",
            })
    void readsTheRotationWhereverItIs(String base, String rotation) {
        String json =
                DecoderModels.QWEN3
                        .replace("\"rope_theta\": 1000000", base)
                        .replace("\"rope_scaling\": null", rotation);

        assertThat(DecoderModels.descriptor(DecoderArchitecture.QWEN3, json).ropeTheta())
                .isEqualTo(1e6);
    }

    @Test
    void refusesAQwenWithoutItsRotation() {
        assertRefused(
                DecoderArchitecture.QWEN3,
                DecoderModels.QWEN3,
                "\"rope_theta\": 1000000",
                "\"rope_parameters\": {\"rope_type\": \"default\"}",
                "field \"rope_theta\" is missing");
    }

    @Test
    void readsTheScaleOfAttentionFromTheFile() {
        assertThat(
                        DecoderModels.descriptor(
                                        DecoderArchitecture.COST_WISE_GEMMA,
                                        DecoderModels.LIGHTWEIGHT.replace(
                                                "\"query_pre_attn_scalar\": 256",
                                                "\"query_pre_attn_scalar\": 224"))
                                .attentionScale())
                .isCloseTo(1 / Math.sqrt(224), within(1e-12));
    }

    /** As Gemma 2's class has them; null means none. */
    @Test
    void capsThatAreAbsentAreNotThoseThatAreNull() {
        DecoderDescriptor absent =
                lightweight(
                        "\"attn_logit_softcapping\": 50.0", "\"x\": 1",
                        "\"final_logit_softcapping\": 30.0", "\"y\": 1");
        assertThat(absent.attentionSoftcap()).isEqualTo(50);
        assertThat(absent.finalSoftcap()).isEqualTo(30);
        DecoderDescriptor none =
                lightweight(
                        "\"attn_logit_softcapping\": 50.0", "\"attn_logit_softcapping\": null",
                        "\"final_logit_softcapping\": 30.0", "\"final_logit_softcapping\": null");
        assertThat(none.attentionSoftcap()).isZero();
        assertThat(none.finalSoftcap()).isZero();
    }

    private static DecoderDescriptor lightweight(
            String field, String other, String secondField, String secondOther) {
        return DecoderModels.descriptor(
                DecoderArchitecture.COST_WISE_GEMMA,
                DecoderModels.LIGHTWEIGHT.replace(field, other).replace(secondField, secondOther));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"gelu\"|\"relu\"|field \"hidden_act\" is \"relu\"",
                "\"rope_scaling\": null|\"rope_scaling\": {\"type\": \"linear\", \"factor\": 2.0}|field \"rope_scaling\" is of type \"linear\"; supported: default",
                "\"rope_scaling\": null|\"rope_parameters\": {\"rope_type\": \"yarn\", \"rope_theta\": 10000.0}|field \"rope_parameters\" is of type \"yarn\"",
                "\"rope_scaling\": null|\"rope_parameters\": {\"rope_theta\": 10000.5}|field \"rope_parameters.rope_theta\" is 10000.5, but elsewhere it is 10000.0",
                "\"rope_scaling\": null|\"rope_parameters\": {\"full_attention\": {\"rope_theta\": 10000.0}}|is by layer (full_attention)",
                "\"rope_scaling\": null|\"rope_parameters\": {\"rope_theta\": 0}|field \"rope_parameters.rope_theta\" must be above 0",
                "\"rope_scaling\": null|\"rope_parameters\": {\"rope_theta\": \"x\"}|field \"rope_parameters.rope_theta\" must be a number",
                "\"rope_scaling\": null|\"rope_parameters\": {\"rope_type\": 3}|field \"rope_parameters.rope_type\" must be a text",
                "\"rope_scaling\": null|\"rope_parameters\": []|field \"rope_parameters\" must be an object",
                "\"rope_theta\": 10000.0|\"rope_theta\": -1|field \"rope_theta\" must be above 0",
                "\"rope_scaling\": null|\"use_bidirectional_attention\": true|only causal attention",
                "\"rope_scaling\": null|\"layer_types\": [\"full_attention\", \"sliding_attention\"]|has \"sliding_attention\"; supported: full_attention",
                "\"rope_scaling\": null|\"hidden_activation\": \"gelu\"|\"hidden_activation\" is",
                "\"head_dim\": 256|\"head_dim\": 255|makes heads of odd size 255",
                "\"head_dim\": 256|\"head_dim\": null|field \"head_dim\" is missing",
                "\"rms_norm_eps\": 1e-6|\"rms_norm_eps\": 0|must be above 0",
                "\"num_key_value_heads\": 1|\"num_key_value_heads\": 3|does not divide the 8 heads",
                "\"num_hidden_layers\": 18|\"num_hidden_layers\": 1006247931|is 1006247931; supported are at most 1000",
                "\"num_hidden_layers\": 18|\"num_hidden_layers\": 0|at least 1, not 0"
            })
    void refusesAGemmaOfOtherFormulas(String field, String other, String problem) {
        assertRefused(DecoderArchitecture.GEMMA, DecoderModels.GEMMA, field, other, problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"simple\"|\"raw\"|field \"head_type\" is \"raw\"; supported: simple",
                "\"head_multi\": true|\"head_multi\": false|one head for each layer",
                "\"start_layer\": 8|\"start_layer\": 41|beyond the model's 40 layers",
                "\"scale_emb\": 12|\"scale_emb\": null|field \"scale_emb\" is missing",
                "\"hidden_size\": 2304|\"hidden_size\": 2300|does not divide hidden_size 2300"
            })
    void refusesAMiniCpmOfOtherFormulas(String field, String other, String problem) {
        assertRefused(DecoderArchitecture.MINICPM, DecoderModels.MINICPM, field, other, problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"query_pre_attn_scalar\": 256|\"x\": 1|\"query_pre_attn_scalar\" is missing",
                "\"layer_wise\": true|\"layer_wise\": false|must be true: one head for each layer",
                "\"attn_logit_softcapping\": 50.0|\"attn_logit_softcapping\": 0|must be above 0",
                "\"sliding_window\": 4096|\"sliding_window\": 0|at least 1, not 0"
            })
    void refusesALightweightGemmaOfOtherFormulas(String field, String other, String problem) {
        assertRefused(
                DecoderArchitecture.COST_WISE_GEMMA,
                DecoderModels.LIGHTWEIGHT,
                field,
                other,
                problem);
    }

    @Test
    void readsWhichProjectionsHaveABias() {
        assertThat(
                        DecoderModels.descriptor(
                                        DecoderArchitecture.QWEN3,
                                        DecoderModels.QWEN3.replace(
                                                "\"attention_bias\": false",
                                                "\"attention_bias\": true"))
                                .biased())
                .containsExactly("q", "k", "v", "o");
    }

    @Test
    void readsTheRotationOfLlama3() {
        DecoderDescriptor llama =
                DecoderModels.descriptor(DecoderArchitecture.LLAMA, DecoderModels.LLAMA);
        assertThat(llama.stretch()).isEqualTo(new RotaryStretch(32, 1, 4, 8192));
        assertThat(llama.ropeTheta()).isEqualTo(5e5);
        assertThat(llama.mean()).isTrue();
        assertThat(llama.temperature()).isEqualTo(1);
        DecoderDescriptor other =
                DecoderModels.descriptor(
                        DecoderArchitecture.LLAMA,
                        DecoderModels.LLAMA
                                .replace("\"rope_type\": \"llama3\"", "\"rope_type\": \"default\"")
                                .replace("\"head_dim\": 64,", "")
                                .replace("\"avg\"", "\"last\", \"temperature\": 0.2"));
        assertThat(other.stretch()).isEqualTo(RotaryStretch.NONE);
        assertThat(other.headSize()).isEqualTo(64);
        assertThat(other.mean()).isFalse();
        assertThat(other.temperature()).isEqualTo(0.2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"rope_type\": \"llama3\"|\"rope_type\": \"yarn\"|is of type \"yarn\"; supported: default, llama3",
                "\"factor\": 32.0|\"factor\": 0.5|\"rope_scaling.factor\" must be at least 1, not 0.5",
                "\"factor\": 32.0|\"x\": 1|\"rope_scaling.factor\" is missing",
                "\"high_freq_factor\": 4.0|\"high_freq_factor\": 1.0|is 1.0, but must be above low_freq_factor 1.0",
                "\"original_max_position_embeddings\": 8192|\"original_max_position_embeddings\": 0|at least 1, not 0",
                "\"pooling\": \"avg\"|\"pooling\": \"weighted_avg\"|field \"pooling\" is \"weighted_avg\"; supported: avg, last",
                "\"pooling\": \"avg\"|\"temperature\": 0|field \"temperature\" must be above 0",
                "\"mlp_bias\": false|\"mlp_bias\": true|field \"mlp_bias\" is true",
            })
    void refusesALlamaOfOtherFormulas(String field, String other, String problem) {
        assertRefused(DecoderArchitecture.LLAMA, DecoderModels.LLAMA, field, other, problem);
    }

    @Test
    void refusesTheRotationOfLlama3Elsewhere() {
        assertRefused(
                DecoderArchitecture.QWEN3,
                DecoderModels.QWEN3,
                "\"rope_scaling\": null",
                "\"rope_scaling\": {\"rope_type\": \"llama3\"}",
                "is of type \"llama3\"; supported: default");
    }

    @Test
    void refusesAQwen2ThatItsHeadsDoNotDivide() {
        assertRefused(
                DecoderArchitecture.QWEN2,
                DecoderModels.QWEN2,
                "\"hidden_size\": 896",
                "\"hidden_size\": 900",
                "field \"num_attention_heads\" is 14, which does not divide hidden_size 900");
    }

    @Test
    void refusesAQwenWithASlidingWindow() {
        assertRefused(
                DecoderArchitecture.QWEN3,
                DecoderModels.QWEN3,
                "\"use_sliding_window\": false",
                "\"use_sliding_window\": true",
                "field \"use_sliding_window\" is true");
    }

    private static void assertRefused(
            DecoderArchitecture architecture,
            String json,
            String field,
            String other,
            String problem) {
        assertThat(json).contains(field);
        assertThatThrownBy(() -> DecoderModels.descriptor(architecture, json.replace(field, other)))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("config.json: field")
                .hasMessageContaining(problem);
    }
}
