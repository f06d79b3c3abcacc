package dev.flinkreranker.runtime.tokenization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerFileTest {

    private static final JsonMapper JSON = new JsonMapper();

    @TempDir Path directory;

    @ParameterizedTest
    @EnumSource(SpecialTokens.class)
    void ordinaryTextHasTheIdsOfTheReference(SpecialTokens mode) throws IOException {
        try (TokenizerFile xlm = TokenizerFile.open(Fixtures.XLM_ROBERTA);
                TokenizerFile gemma = TokenizerFile.open(Fixtures.GEMMA)) {
            for (JsonNode line : Fixtures.lines("expected-ids.jsonl")) {
                String text = line.path("text").asText();
                long[] withEnds = Fixtures.ids(line.path("xlm_roberta_like"));
                assertThat(xlm.encoder(mode).ids(text))
                        .as(text)
                        .containsExactly(Arrays.copyOfRange(withEnds, 1, withEnds.length - 1));
                long[] withBos = Fixtures.ids(line.path("gemma_like"));
                assertThat(gemma.encoder(mode).ids(text))
                        .as(text)
                        .containsExactly(Arrays.copyOfRange(withBos, 1, withBos.length));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"xlm-roberta-like", "gemma-like", "qwen-like"})
    void controlTokensInTextAreTextOrNotAsAsked(String name) throws IOException {
        try (TokenizerFile file = TokenizerFile.open(Fixtures.TOKENIZERS.resolve(name))) {
            JsonNode json =
                    JSON.readTree(Fixtures.TOKENIZERS.resolve(name + "/tokenizer.json").toFile());
            for (JsonNode token : json.path("added_tokens")) {
                if (!token.path("special").asBoolean() || token.path("id").asInt() == 3) {
                    continue; // 3 is <unk>, which a strange character may rightly become
                }
                String text = "a" + token.path("content").asText() + "b";
                long id = token.path("id").asLong();
                long[] plain = file.encoder(SpecialTokens.PLAIN_TEXT).ids(text);
                assertThat(plain).as(text).doesNotContain(id).hasSizeGreaterThan(2);
                assertThat(file.encoder(SpecialTokens.REFERENCE).ids(text)).as(text).contains(id);
            }
        }
    }

    @Test
    void theLongestPieceIsFreedOnASmallStack() throws Exception {
        addPiece(TokenizerDescription.MAX_PIECE_CHARS);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread small =
                new Thread(null, () -> TokenizerFile.open(directory).close(), "small", 512 * 1024);
        small.setUncaughtExceptionHandler((thread, e) -> failure.set(e));
        small.start();
        small.join();
        assertThat(failure.get()).isNull();
    }

    @Test
    void aLongerOneIsRefused() throws IOException {
        addPiece(TokenizerDescription.MAX_PIECE_CHARS + 1);
        assertThatThrownBy(() -> TokenizerFile.open(directory))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessage(
                        "%s: model.vocab has a piece of 513 characters; supported are at most 512"
                                .formatted(directory.resolve("tokenizer.json")));
    }

    /** XLM-RoBERTa's vocabulary with one more piece, of characters of three bytes each. */
    private void addPiece(int characters) throws IOException {
        JsonNode json = JSON.readTree(Fixtures.XLM_ROBERTA.resolve("tokenizer.json").toFile());
        ((ArrayNode) json.at("/model/vocab")).addArray().add("中".repeat(characters)).add(-9.5);
        JSON.writeValue(directory.resolve("tokenizer.json").toFile(), json);
    }

    @Test
    void plainTextOfAControlTokenIsThatOfItsCharacters() {
        try (TokenizerFile gemma = TokenizerFile.open(Fixtures.GEMMA)) {
            // No merge of this vocabulary crosses from "<" or "/" to what follows.
            long[] whole = gemma.ids("</s>");
            long[] parts =
                    IntStream.of('<', '/', 's', '>')
                            .mapToLong(c -> gemma.ids(Character.toString(c))[0])
                            .toArray();
            assertThat(whole).containsExactly(parts);
        }
    }

    @Test
    void tokensAddedAsLanguageKeepTheirIdsBehindRenamedOnes() {
        try (TokenizerFile qwen = TokenizerFile.open(Fixtures.QWEN)) {
            long think = qwen.addedTokenId("<think>").orElseThrow();
            assertThat(qwen.ids("<think>")).containsExactly(think);
            assertThat(think).isEqualTo(qwen.vocabularySize() - 2);
        }
    }

    @Test
    void knowsVocabularyAndControlTokens() {
        try (TokenizerFile xlm = TokenizerFile.open(Fixtures.XLM_ROBERTA);
                TokenizerFile gemma = TokenizerFile.open(Fixtures.GEMMA);
                TokenizerFile qwen = TokenizerFile.open(Fixtures.QWEN)) {
            assertThat(xlm.vocabularySize()).isEqualTo(8002);
            assertThat(xlm.addedTokenId("<mask>")).hasValue(8001);
            assertThat(xlm.pairTemplate().orElseThrow().before()).containsExactly(0);
            assertThat(xlm.pairTemplate().orElseThrow().between()).containsExactly(2, 2);
            assertThat(xlm.pairTemplate().orElseThrow().after()).containsExactly(2);
            assertThat(gemma.vocabularySize()).isEqualTo(8000);
            assertThat(gemma.bosId()).hasValue(2);
            assertThat(qwen.bosId()).isEmpty();
            assertThat(qwen.pairTemplate()).isEmpty();
        }
    }

    @Test
    void ignoresTruncationAndPaddingOfTheFile() throws IOException {
        ObjectNode json =
                (ObjectNode) JSON.readTree(Fixtures.GEMMA.resolve("tokenizer.json").toFile());
        json.putObject("truncation")
                .put("direction", "Right")
                .put("max_length", 4)
                .put("strategy", "LongestFirst")
                .put("stride", 0);
        json.putObject("padding")
                .put("direction", "Right")
                .putNull("pad_to_multiple_of")
                .put("pad_id", 0)
                .put("pad_type_id", 0)
                .put("pad_token", "<pad>")
                .putObject("strategy")
                .put("Fixed", 2000);
        JSON.writeValue(directory.resolve("tokenizer.json").toFile(), json);
        try (TokenizerFile file = TokenizerFile.open(directory)) {
            assertThat(file.ids("1".repeat(1500))).hasSize(1500);
        }
    }

    @Test
    void bosThatIsThePaddingTooBeginsOnlyTheRowsOfHeadsOfTheirOwn() throws IOException {
        Files.copy(Fixtures.GEMMA.resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
        Files.writeString(
                directory.resolve("tokenizer_config.json"),
                "{\"bos_token\": {\"content\": \"<s>\"}, \"pad_token\": \"<s>\"}");
        try (TokenizerFile file = TokenizerFile.open(directory)) {
            assertThat(file.bosId()).hasValue(2);
            assertThat(firstId(file, PairFormat.YES_NO_PROMPT)).isNotEqualTo(2);
            assertThat(firstId(file, PairFormat.LAYERWISE_PROMPT)).isEqualTo(2);
            assertThat(firstId(file, PairFormat.PREDICT_PROMPT)).isEqualTo(2);
        }
    }

    /** Where it is an added token no more, nor anything but an entry of the vocabulary. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"bos_token\": \"<s>\", \"pad_token\": \"<pad>\"}",
                "{\"bos_token\": {\"content\": \"<s>\", \"lstrip\": false}, \"pad_token\": null}",
                "{}",
            })
    void bosIsFoundInTheVocabularyToo(String config) throws IOException {
        ObjectNode json =
                (ObjectNode) JSON.readTree(Fixtures.GEMMA.resolve("tokenizer.json").toFile());
        json.putArray("added_tokens");
        JSON.writeValue(directory.resolve("tokenizer.json").toFile(), json);
        Files.writeString(directory.resolve("tokenizer_config.json"), config);
        Files.writeString(directory.resolve("special_tokens_map.json"), "{\"bos_token\": \"<s>\"}");
        try (TokenizerFile file = TokenizerFile.open(directory)) {
            assertThat(file.bosId()).hasValue(2);
            assertThat(firstId(file, PairFormat.YES_NO_PROMPT)).isEqualTo(2);
        }
    }

    @Test
    void bosIsFoundAmongThePiecesOfAUnigramToo() throws IOException {
        ObjectNode json =
                (ObjectNode) JSON.readTree(Fixtures.XLM_ROBERTA.resolve("tokenizer.json").toFile());
        json.putArray("added_tokens");
        JSON.writeValue(directory.resolve("tokenizer.json").toFile(), json);
        Files.writeString(
                directory.resolve("tokenizer_config.json"),
                "{\"bos_token\": \"<s>\", \"pad_token\": \"<pad>\"}");
        try (TokenizerFile file = TokenizerFile.open(directory)) {
            assertThat(file.bosId()).hasValue(0);
            assertThat(file.paddingId()).hasValue(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bos_token",
                "eos_token",
                "unk_token",
                "sep_token",
                "pad_token",
                "cls_token",
                "mask_token"
            })
    void aSpecialTokenThatIsNowhereIsRefused(String field) throws IOException {
        Files.copy(Fixtures.GEMMA.resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
        Files.writeString(
                directory.resolve("tokenizer_config.json"),
                "{\"%s\": {\"content\": \"<nowhere>\"}}".formatted(field));
        assertThatThrownBy(() -> TokenizerFile.open(directory))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessage(
                        "%s: field \"%s\" is \"<nowhere>\", which tokenizer.json has neither among"
                                + " its added tokens nor in its vocabulary",
                        directory.resolve("tokenizer_config.json"), field);
    }

    @Test
    void aSpecialTokenMustHaveAText() throws IOException {
        Files.copy(Fixtures.GEMMA.resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
        Files.writeString(directory.resolve("tokenizer_config.json"), "{\"pad_token\": 3}");
        assertThatThrownBy(() -> TokenizerFile.open(directory))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("tokenizer_config.json: field \"pad_token\" must be a text");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 8000})
    void bosBeyondTheVocabularyIsRefusedWhereItIsNeeded(int id) throws IOException {
        Files.copy(Fixtures.GEMMA.resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
        Files.writeString(directory.resolve("config.json"), "{\"bos_token_id\": " + id + "}");
        try (TokenizerFile file = TokenizerFile.open(directory)) {
            assertThatThrownBy(() -> firstId(file, PairFormat.YES_NO_PROMPT))
                    .isInstanceOf(InvalidCheckpointException.class)
                    .hasMessage(
                            "%s: has ids up to 7999, but config.json's field \"bos_token_id\" is %d",
                            directory.resolve("tokenizer.json"), id);
        }
    }

    @Test
    void withoutPaddingBosBeginsEveryRow() throws IOException {
        Files.copy(Fixtures.GEMMA.resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
        Files.writeString(directory.resolve("tokenizer_config.json"), "{\"bos_token\": \"<s>\"}");
        try (TokenizerFile file = TokenizerFile.open(directory)) {
            assertThat(file.paddingId()).isEmpty();
            for (PairFormat format :
                    List.of(
                            PairFormat.YES_NO_PROMPT,
                            PairFormat.LAYERWISE_PROMPT,
                            PairFormat.PREDICT_PROMPT)) {
                assertThat(firstId(file, format)).isEqualTo(2);
            }
        }
    }

    private static long firstId(TokenizerFile file, PairFormat format) {
        return new PairTokenizers(file, format, PairTokenizers.UNLIMITED)
                .of(TokenizationSettings.defaults())
                .pair("a", "b")
                .ids()[0];
    }

    @Test
    void missingFileIsOneClearLine() {
        assertThatThrownBy(() -> TokenizerFile.open(directory))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("tokenizer.json: not found")
                .message()
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not json",
                "[]",
                "{}",
                "{\"model\": 5}",
                "{\"model\": {\"type\": \"BPE\", \"vocab\": {}}}",
                "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": \"b\"}, \"merges\": []}}",
                "{\"model\": {\"type\": \"Nonsense\", \"vocab\": {\"a\": 0}}}",
                "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [\"x y\"]}}",
                "{\"added_tokens\": [{}], \"model\": {\"vocab\": {\"a\": 0}}}",
                "{\"added_tokens\": 3, \"model\": {\"vocab\": {\"a\": 0}, \"merges\": [1]}}",
                "{\"model\": {\"type\": \"Unigram\", \"unk_id\": 9, \"vocab\": [[\"a\", 0.0]]}}",
                "{\"model\": {\"vocab\": {\"a\": 0}",
            })
    void brokenFileIsOneClearLine(String content) throws IOException {
        Files.writeString(directory.resolve("tokenizer.json"), content);
        assertThatThrownBy(() -> TokenizerFile.open(directory))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("tokenizer.json: ")
                .message()
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenizer.json", "tokenizer_config.json"})
    void whatIsNoJsonIsSaidInOurWords(String name) throws IOException {
        Files.copy(Fixtures.GEMMA.resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
        Files.writeString(directory.resolve(name), "{\"model\":\n {\"vocab\": NaN}}");

        assertThatThrownBy(() -> TokenizerFile.open(directory))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessage(
                        directory.resolve(name)
                                + ": not valid JSON: line 2, column 15: NaN is not a number of"
                                + " JSON; write null or leave the field out");
    }

    @Test
    void useAfterCloseIsAnException() {
        TokenizerFile file = TokenizerFile.open(Fixtures.GEMMA);
        TextEncoder encoder = file.encoder(SpecialTokens.PLAIN_TEXT);
        file.close();
        file.close();
        assertThatThrownBy(() -> encoder.ids("text")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> file.ids("text")).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"xlm-roberta-like", "gemma-like", "qwen-like"})
    void anyStringIsTokenized(String name) {
        long seed = 7;
        Random random = new Random(seed);
        try (TokenizerFile file = TokenizerFile.open(Fixtures.TOKENIZERS.resolve(name))) {
            for (int i = 0; i < 3000; i++) {
                char[] characters = new char[random.nextInt(60)];
                int range = new int[] {0x80, 0x800, 0x3000, 0x10000}[random.nextInt(4)];
                for (int c = 0; c < characters.length; c++) {
                    characters[c] = (char) random.nextInt(range);
                }
                long[] ids = file.ids(new String(characters));
                assertThat(ids).as("seed %d, text %d", seed, i).isNotNull();
                assertThat(Arrays.stream(ids).allMatch(id -> id < file.vocabularySize())).isTrue();
            }
        }
    }
}
