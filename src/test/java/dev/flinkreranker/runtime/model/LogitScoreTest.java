package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tokens of a decoder's score, where a folder declares them. */
class LogitScoreTest {

    private static final String CONFIG =
            """
            {"architectures": ["Qwen3ForCausalLM"], "hidden_size": 32, "intermediate_size": 48,
             "vocab_size": 40, "num_hidden_layers": 2, "num_attention_heads": 4,
             "num_key_value_heads": 2, "head_dim": 8, "rms_norm_eps": 1e-6,
             "rope_theta": 1000000, "hidden_act": "silu", "tie_word_embeddings": true}
            """;
    private static final String CHAIN =
            """
            [{"path": "", "type": "sentence_transformers.base.modules.transformer.Transformer"},
             {"path": "1_LogitScore",
              "type": "sentence_transformers.cross_encoder.modules.logit_score.LogitScore"}]
            """;
    private static final List<TokenizedPair> PAIRS =
            List.of(
                    new TokenizedPair(new long[] {7, 8, 9}, 1, 0, false),
                    new TokenizedPair(new long[] {11, 3, 30, 31, 2}, 1, 0, false));

    @TempDir Path directory;

    @BeforeEach
    void write() throws IOException {
        DecoderFixture.write(
                directory,
                new ObjectMapper().readTree(CONFIG),
                Map.of("yes", 5, "no", 6),
                new FormulaWeights(
                        List.of(
                                FormulaWeights.Rule.naming("norm", 1, 0.25f),
                                FormulaWeights.Rule.naming("", 0, 0.25f))),
                StoredType.F32);
    }

    @Test
    void isTheLogitOfOneTokenOrLessThatOfAnother() throws IOException {
        float[][] own = score();
        declare("{\"true_token_id\": 5, \"false_token_id\": 6}");
        assertThat(score()).isDeepEqualTo(own);
        assertThat(ModelDescriptor.read(directory).formula())
                .isEqualTo("the logit of token 5 less that of token 6");
        declare("{\"true_token_id\": 5, \"false_token_id\": null}");
        float[][] yes = score();
        declare("{\"true_token_id\": 6}");
        float[][] no = score();
        declare("{\"true_token_id\": 30, \"false_token_id\": 5}");
        float[][] other = score();

        for (int i = 0; i < PAIRS.size(); i++) {
            assertThat(yes[i][0] - no[i][0]).isCloseTo(own[i][0], within(1e-5f));
            assertThat(other[i][0]).isNotCloseTo(own[i][0], within(1e-3f));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{}|field \"true_token_id\" is missing",
                "{\"true_token_id\": -1}|field \"true_token_id\" must be a whole number of at least 0",
                "{\"true_token_id\": 40}|field \"true_token_id\" is 40, but the model's vocabulary is 0 to 39",
                "{\"true_token_id\": 1, \"false_token_id\": 2000000000}|field \"false_token_id\" is 2000000000",
                "{\"true_token_id\": \"yes\"}|field \"true_token_id\" must be a whole number",
            })
    void refusesTokensThatAreNone(String config, String problem) throws IOException {
        declare(config);

        assertThatThrownBy(this::score)
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageStartingWith(
                        directory.resolve("1_LogitScore").resolve("config.json") + ": ")
                .hasMessageContaining(problem)
                .hasMessageNotContaining("\n");
    }

    @Test
    void refusesOtherModules() throws IOException {
        declare("{\"true_token_id\": 5}");
        Files.writeString(
                directory.resolve("modules.json"), CHAIN.replace("LogitScore\"", "Pooling\""));

        assertThatThrownBy(this::score)
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("modules.json: module 1 is of type")
                .hasMessageContaining("supported for a decoder are Transformer, then LogitScore");
    }

    private void declare(String config) throws IOException {
        declare(directory, config);
    }

    /** Makes a folder's score that of a LogitScore, asked for in zerank's words. */
    static void declare(Path directory, String config) throws IOException {
        Files.writeString(
                directory.resolve("chat_template.jinja"),
                "<|im_start|>system\n{{ messages[0].content }}<|im_end|>\n<|im_start|>user\n"
                        + "{{ messages[1].content }}<|im_end|>\n<|im_start|>assistant\n\n");
        Files.writeString(directory.resolve("modules.json"), CHAIN);
        Path folder = Files.createDirectories(directory.resolve("1_LogitScore"));
        Files.writeString(folder.resolve("config.json"), config);
    }

    private float[][] score() {
        try (Reranker reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
            return reranker.score(PAIRS, ScoringSettings.defaults());
        }
    }
}
