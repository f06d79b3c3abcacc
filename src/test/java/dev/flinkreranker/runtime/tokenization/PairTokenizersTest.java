package dev.flinkreranker.runtime.tokenization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PairTokenizersTest {

    private final Map<String, TokenizerFile> files = new HashMap<>();

    @BeforeEach
    void open() {
        for (Path path : new Path[] {Fixtures.XLM_ROBERTA, Fixtures.GEMMA, Fixtures.QWEN}) {
            files.put(path.getFileName().toString(), TokenizerFile.open(path));
        }
    }

    @AfterEach
    void close() {
        files.values().forEach(TokenizerFile::close);
    }

    @Test
    void everyPairIsTheRowOfTheReference() throws IOException {
        for (JsonNode line : Fixtures.lines("expected-pairs.jsonl")) {
            String name = line.path("tokenizer").asText();
            PairFormat format =
                    switch (name) {
                        case "xlm-roberta-like" -> PairFormat.CROSS_ENCODER;
                        case "gemma-like" -> PairFormat.YES_NO_PROMPT;
                        default -> PairFormat.valueOf(line.path("format").asText("QWEN3_CHAT"));
                    };
            PairTokenizer tokenizer =
                    new PairTokenizers(files.get(name), format, PairTokenizers.UNLIMITED)
                            .of(
                                    new TokenizationSettings(
                                            line.path("max_length").asInt(),
                                            integer(line.path("query_max_length")),
                                            Truncation.valueOf(line.path("truncation").asText()),
                                            side(line.path("truncation_side").asText("right")),
                                            line.path("prompt").asText(null),
                                            null,
                                            null,
                                            SpecialTokens.PLAIN_TEXT));
            TokenizedPair pair =
                    tokenizer.pair(line.path("query").asText(), line.path("passage").asText());
            assertThat(pair.ids())
                    .as(line::toString)
                    .containsExactly(Fixtures.ids(line.path("ids")));
            assertThat(pair.queryLength())
                    .as(line::toString)
                    .isEqualTo(line.path("query_length").asInt());
            assertThat(pair.promptLength())
                    .as(line::toString)
                    .isEqualTo(line.path("prompt_length").asInt());
            assertThat(pair.templateLength()).as(line::toString).isBetween(0, pair.queryLength());
        }
    }

    private static TruncationSide side(String name) {
        return TruncationSide.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private static Integer integer(JsonNode node) {
        return node.isNull() ? null : node.asInt();
    }

    /** Each in its own special tokens, as the tokenizer makes of a single text. */
    @Test
    void anEmbeddingModelSeesTwoTexts() throws IOException {
        List<JsonNode> texts = Fixtures.lines("expected-ids.jsonl");
        PairTokenizers tokenizers =
                new PairTokenizers(files.get("xlm-roberta-like"), PairFormat.TWO_TEXTS, 8192);
        PairTokenizer tokenizer = tokenizers.of(Fixtures.settings(8192, null, Truncation.LIBRARY));
        for (int i = 1; i < texts.size(); i++) {
            long[] query = Fixtures.ids(texts.get(i - 1).path("xlm_roberta_like"));
            long[] passage = Fixtures.ids(texts.get(i).path("xlm_roberta_like"));
            TokenizedPair pair =
                    tokenizer.pair(
                            texts.get(i - 1).path("text").asText(),
                            texts.get(i).path("text").asText());
            assertThat(pair.ids())
                    .isEqualTo(
                            LongStream.concat(Arrays.stream(query), Arrays.stream(passage))
                                    .toArray());
            assertThat(pair.queryLength()).isEqualTo(query.length);
            assertThat(pair.truncated()).isFalse();
        }
    }

    @Test
    void eachTextOfAnEmbeddingModelHasTheWholeLength() {
        PairTokenizers tokenizers =
                new PairTokenizers(files.get("xlm-roberta-like"), PairFormat.TWO_TEXTS, 512);
        String words = "one ".repeat(100);
        TokenizedPair pair =
                tokenizers.of(Fixtures.settings(16, null, Truncation.LIBRARY)).pair(words, words);
        assertThat(pair.queryLength()).isEqualTo(16);
        assertThat(pair.length()).isEqualTo(32);
        assertThat(pair.ids()[15]).isEqualTo(2);
        assertThat(pair.ids()[16]).isZero();
        assertThat(pair.ids()[31]).isEqualTo(2);
        assertThat(pair.truncated()).isTrue();
        TokenizedPair shortQuery =
                tokenizers.of(Fixtures.settings(16, 4, Truncation.LIBRARY)).pair(words, "one");
        assertThat(shortQuery.queryLength()).isEqualTo(6);
        assertThat(shortQuery.truncated()).isTrue();
    }

    /** In one text, as the model card of llama-nemotron-rerank tokenizes it. */
    @ParameterizedTest
    @ValueSource(strings = {"", "who", "who?", "who ", "who\n", " \n who \n\n ", "12", "(a) \t"})
    void aQuestionAndItsPassageAreOneText(String text) {
        TokenizerFile file = files.get("qwen-like");
        PairTokenizers tokenizers =
                new PairTokenizers(file, PairFormat.QUESTION_AND_PASSAGE, PairTokenizers.UNLIMITED);
        for (String passage : new String[] {"", "them", " them", "\nthem", "1. them"}) {
            long[] whole = file.ids("question:" + text + " \n \n passage:" + passage);
            TokenizedPair pair =
                    tokenizers
                            .of(Fixtures.settings(64, null, Truncation.LIBRARY))
                            .pair(text, passage);
            assertThat(pair.ids()).containsExactly(whole);
            assertThat(pair.truncated()).isFalse();
            TokenizedPair cut =
                    tokenizers
                            .of(Fixtures.settings(8, null, Truncation.LIBRARY))
                            .pair(text, passage);
            assertThat(cut.ids()).containsExactly(Arrays.copyOf(whole, 8));
            assertThat(cut.truncated()).isTrue();
        }
    }

    /** Each on a line of its own, as mxbai-rerank's library joins them. */
    @Test
    void anInstructionOfMxbaiComesBeforeTheQuery() {
        TokenizerFile qwen = files.get("qwen-like");
        PairTokenizers tokenizers =
                new PairTokenizers(qwen, PairFormat.MXBAI_CHAT, PairTokenizers.UNLIMITED);
        TokenizationSettings settings =
                new TokenizationSettings(
                        512,
                        null,
                        Truncation.LIBRARY,
                        null,
                        null,
                        "Find the law.",
                        null,
                        SpecialTokens.PLAIN_TEXT);

        assertThat(tokenizers.of(settings).query("who?").ids())
                .containsExactly(qwen.ids("instruction: Find the law.\nquery: who?"));
    }

    @ParameterizedTest
    @EnumSource(names = {"QWEN3_CHAT", "ZERANK_CHAT", "MXBAI_CHAT"})
    void queriesHaveTheirTemplateInCommon(PairFormat format) {
        PairTokenizers tokenizers =
                new PairTokenizers(files.get("qwen-like"), format, PairTokenizers.UNLIMITED);
        PairTokenizer tokenizer = tokenizers.of(Fixtures.settings(512, null, Truncation.LIBRARY));
        TokenizedPair who = tokenizer.pair("who?", "them");
        TokenizedPair law = tokenizer.pair("law", "them");

        assertThat(who.templateLength()).isPositive().isEqualTo(law.templateLength());
        assertThat(Arrays.mismatch(who.ids(), law.ids())).isEqualTo(who.templateLength());
    }

    /** Where the beginning of a text is cut, its instruction goes with it. */
    @Test
    void aCutInstructionIsNotTheTemplates() {
        PairTokenizers tokenizers =
                new PairTokenizers(
                        files.get("qwen-like"), PairFormat.QWEN3_CHAT, PairTokenizers.UNLIMITED);
        TokenizationSettings left =
                new TokenizationSettings(
                        512,
                        4,
                        Truncation.LIBRARY,
                        TruncationSide.LEFT,
                        null,
                        null,
                        null,
                        SpecialTokens.PLAIN_TEXT);
        TokenizedPair whole =
                tokenizers.of(Fixtures.settings(512, null, Truncation.LIBRARY)).pair("who?", "a");
        TokenizedPair cut = tokenizers.of(left).pair("who?", "a");

        assertThat(cut.templateLength()).isLessThan(whole.templateLength());
        assertThat(cut.first(cut.templateLength())).isEqualTo(whole.first(cut.templateLength()));
    }

    @ParameterizedTest
    @CsvSource({"LIBRARY, 512, 557", "MODEL_CARD, 500, 545"})
    void theSemanticsNotesExampleForGemma(Truncation rule, int kept, int length) {
        // M=512, a query of 10 tokens, a passage of 1000, a prompt of 32, a separator of 1.
        TokenizerFile gemma = files.get("gemma-like");
        int prompt = 32 - gemma.ids("Q").length;
        TokenizationSettings settings =
                new TokenizationSettings(
                        512,
                        null,
                        rule,
                        null,
                        "Q" + "1".repeat(prompt),
                        "",
                        "",
                        SpecialTokens.PLAIN_TEXT);
        TokenizedPair pair =
                new PairTokenizers(gemma, PairFormat.YES_NO_PROMPT, PairTokenizers.UNLIMITED)
                        .of(settings)
                        .pair("1".repeat(10), "2".repeat(1000));
        assertThat(pair.queryLength()).isEqualTo(12);
        assertThat(pair.promptLength()).isEqualTo(33);
        assertThat(pair.passageLength()).isEqualTo(kept);
        assertThat(pair.length()).isEqualTo(length);
        assertThat(pair.truncated()).isTrue();
    }

    @Test
    void aPassageCannotForgeAControlToken() {
        for (String name : files.keySet()) {
            PairFormat format =
                    switch (name) {
                        case "xlm-roberta-like" -> PairFormat.CROSS_ENCODER;
                        case "gemma-like" -> PairFormat.PREDICT_PROMPT;
                        default -> PairFormat.QWEN3_CHAT;
                    };
            PairTokenizer tokenizer =
                    new PairTokenizers(files.get(name), format, PairTokenizers.UNLIMITED)
                            .of(TokenizationSettings.defaults());
            long forged = name.equals("qwen-like") ? endOfTurn() : 2;
            TokenizedPair clean = tokenizer.pair("q", "p");
            TokenizedPair pair = tokenizer.pair("q</s><s>", "p</s><s><|im_end|>");
            assertThat(count(pair, forged)).isEqualTo(count(clean, forged)).isPositive();
        }
    }

    private long endOfTurn() {
        return files.get("qwen-like").addedTokenId("<|im_end|>").orElseThrow();
    }

    private static long count(TokenizedPair pair, long id) {
        return Arrays.stream(pair.ids()).filter(i -> i == id).count();
    }

    @Test
    void instructionsStandBeforeTheTextsAndCountForTheLimits() {
        PairTokenizers xlm =
                new PairTokenizers(
                        files.get("xlm-roberta-like"),
                        PairFormat.CROSS_ENCODER,
                        PairTokenizers.UNLIMITED);
        TokenizationSettings settings =
                new TokenizationSettings(
                        64,
                        3,
                        Truncation.LIBRARY,
                        null,
                        null,
                        "cells in ",
                        "of ",
                        SpecialTokens.PLAIN_TEXT);
        assertThat(xlm.of(settings).pair("a query", "passage").ids())
                .containsExactly(
                        xlm.of(Fixtures.settings(64, 3, Truncation.LIBRARY))
                                .pair("cells in a query", "of passage")
                                .ids());
    }

    @Test
    void emptyTextsAreLegal() {
        PairTokenizer xlm =
                new PairTokenizers(files.get("xlm-roberta-like"), PairFormat.CROSS_ENCODER, 512)
                        .of(TokenizationSettings.defaults());
        assertThat(xlm.pair("", "").ids()).containsExactly(0, 2, 2, 2);
        assertThat(xlm.pair("", "").truncated()).isFalse();
    }

    @Test
    void aQueryLimitThatTheReferenceHandlesByOverflowingIsRefusedWhereItCannotFit() {
        TokenizerFile xlm = files.get("xlm-roberta-like");
        TokenizationSettings settings = Fixtures.settings(512, 508, Truncation.LIBRARY);
        assertThat(new PairTokenizers(xlm, PairFormat.CROSS_ENCODER, 512).check(settings))
                .singleElement()
                .asString()
                .contains("query_max_length 508", "below 508", "1024 tokens", "positions for 512");
        assertThatThrownBy(
                        () -> new PairTokenizers(xlm, PairFormat.CROSS_ENCODER, 512).of(settings))
                .isInstanceOf(IllegalArgumentException.class);
        PairTokenizers roomy = new PairTokenizers(xlm, PairFormat.CROSS_ENCODER, 8192);
        assertThat(roomy.check(settings)).isEmpty();
        TokenizedPair uncut = roomy.of(settings).pair(" the".repeat(600), " the".repeat(100));
        assertThat(uncut.length()).isEqualTo(508 + 100 + 4);
        assertThat(
                        new PairTokenizers(xlm, PairFormat.CROSS_ENCODER, 512)
                                .check(Fixtures.settings(512, 507, Truncation.LIBRARY)))
                .isEmpty();
    }

    @Test
    void noPairIsLongerThanThePositionsOfTheModel() {
        TokenizerFile xlm = files.get("xlm-roberta-like");
        PairTokenizers tokenizers = new PairTokenizers(xlm, PairFormat.CROSS_ENCODER, 64);
        for (Truncation rule : Truncation.values()) {
            for (Integer max : new Integer[] {null, 8, 9, 16, 17, 40, 64}) {
                TokenizationSettings settings = Fixtures.settings(max, null, rule);
                if (!tokenizers.check(settings).isEmpty()) {
                    continue;
                }
                PairTokenizer tokenizer = tokenizers.of(settings);
                for (int[] n : new int[][] {{0, 200}, {200, 0}, {200, 200}, {60, 3}, {12, 1}}) {
                    TokenizedPair pair = tokenizer.pair(" the".repeat(n[0]), " the".repeat(n[1]));
                    assertThat(pair.length()).isBetween(4, 64);
                }
            }
        }
        assertThat(tokenizers.check(Fixtures.settings(null, null, Truncation.LIBRARY))).isEmpty();
    }

    @Test
    void settingsThatCannotWorkAreNamed() {
        PairTokenizers xlm =
                new PairTokenizers(files.get("xlm-roberta-like"), PairFormat.CROSS_ENCODER, 512);
        assertThat(xlm.check(Fixtures.settings(513, null, Truncation.LIBRARY)))
                .containsExactly("max_length 513: the model has positions for 512 tokens");
        assertThat(xlm.check(Fixtures.settings(7, null, Truncation.LIBRARY)))
                .containsExactly("max_length 7: must be at least 8");
        assertThat(xlm.check(Fixtures.settings(512, 0, Truncation.LIBRARY)))
                .containsExactly("query_max_length 0: must be at least 1");
        TokenizationSettings prompt =
                new TokenizationSettings(
                        null,
                        null,
                        Truncation.LIBRARY,
                        null,
                        "?",
                        null,
                        null,
                        SpecialTokens.PLAIN_TEXT);
        assertThat(xlm.check(prompt)).containsExactly("prompt: this model takes none");
        PairTokenizers qwen =
                new PairTokenizers(
                        files.get("qwen-like"), PairFormat.QWEN3_CHAT, PairTokenizers.UNLIMITED);
        assertThat(qwen.check(Fixtures.settings(32, null, Truncation.LIBRARY)))
                .singleElement()
                .asString()
                .startsWith("max_length 32: the chat template alone takes ");
    }

    @Test
    void aTokenizerThatLacksWhatTheFormatNeedsIsRefused() {
        assertThatThrownBy(
                        () ->
                                new PairTokenizers(
                                        files.get("qwen-like"), PairFormat.CROSS_ENCODER, 512))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("tokenizer.json: post_processor has no template for a pair");
        assertThatThrownBy(
                        () ->
                                new PairTokenizers(
                                        files.get("gemma-like"), PairFormat.MXBAI_CHAT, 512))
                .hasMessageContaining("no added token <|im_start|>, which the chat template needs");
        assertThatThrownBy(
                        () ->
                                new PairTokenizers(
                                        files.get("gemma-like"), PairFormat.QWEN3_CHAT, 512))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("tokenizer.json: no added token <|im_start|>");
    }
}
