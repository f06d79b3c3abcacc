package dev.flinkreranker.runtime.tokenization;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TextEncoderTest {

    private TokenizerFile gemma;
    private TokenizerFile xlm;

    @BeforeEach
    void open() {
        gemma = TokenizerFile.open(Fixtures.GEMMA);
        xlm = TokenizerFile.open(Fixtures.XLM_ROBERTA);
    }

    @AfterEach
    void close() {
        gemma.close();
        xlm.close();
    }

    @Test
    void loneSurrogatesBecomeReplacementCharactersAndHarmNothingElse() {
        assertThat(TextEncoder.wellFormed("a\uD83D\uDE00b")).isEqualTo("a\uD83D\uDE00b");
        assertThat(TextEncoder.wellFormed("a\uD83Db\uDE00\uD83D"))
                .isEqualTo("a\uFFFDb\uFFFD\uFFFD");
        assertThat(TextEncoder.wellFormed("\uDE00\uD83D\uDE00\uD83D\uD83D"))
                .isEqualTo("\uFFFD\uD83D\uDE00\uFFFD\uFFFD");
        assertThat(gemma.ids("\uD83D\uDE00 x\uD800")).containsExactly(gemma.ids("😀 x\uFFFD"));
    }

    @Test
    void emptyAndControlCharactersAreLegal() {
        assertThat(gemma.ids("")).isEmpty();
        assertThat(xlm.ids("")).isEmpty();
        assertThat(gemma.ids("\0\1\u001b\u007f")).hasSize(4);
        assertThat(xlm.ids("a\0b")).isNotEmpty();
    }

    @Test
    void aMegabyteIsTokenized() throws IOException {
        String text =
                Fixtures.lines("expected-ids.jsonl").stream()
                        .map(line -> line.path("text").asText())
                        .collect(Collectors.joining(" "));
        String megabyte = text.repeat(1 + 1_000_000 / text.length());
        assertThat(gemma.ids(megabyte)).hasSizeGreaterThan(100_000);
        assertThat(xlm.ids(megabyte)).hasSizeGreaterThan(100_000);
        String word = "x".repeat(1_000_000);
        assertThat(gemma.ids(word)).hasSizeGreaterThan(1000);
        assertThat(xlm.ids(word)).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void anAbsurdTextIsCutWithoutTouchingTheIdsThatAreUsed(TruncationSide side) throws IOException {
        String text =
                Fixtures.lines("expected-ids.jsonl").stream()
                        .map(line -> line.path("text").asText())
                        .collect(Collectors.joining(" "));
        int limit = 64;
        assertThat(text.length()).isGreaterThan(limit * 250);
        for (TokenizerFile file : List.of(gemma, xlm)) {
            long[] all = file.ids(text);
            long[] some = file.encoder(SpecialTokens.PLAIN_TEXT).ids(text, limit, side);
            assertThat(some.length).isLessThan(all.length).isGreaterThan(limit);
            assertThat(side.kept(some, limit)).containsExactly(side.kept(all, limit));
        }
    }

    @Test
    void aTextOfFewTokensIsNeverCut() {
        String blanks = " ".repeat(300 * 8);
        String text = blanks + "end";
        TextEncoder encoder = xlm.encoder(SpecialTokens.PLAIN_TEXT);
        assertThat(encoder.ids(text, 8, TruncationSide.RIGHT)).containsExactly(encoder.ids(text));
    }

    @Test
    void theCutDoesNotSplitACharacter() {
        String text = "x".repeat(249) + "😀".repeat(1000);
        long[] ids = gemma.encoder(SpecialTokens.PLAIN_TEXT).ids(text, 1, TruncationSide.RIGHT);
        assertThat(ids).startsWith(gemma.ids("x".repeat(249)));
        long[] replacement = gemma.ids("\uFFFD");
        assertThat(ids).doesNotContain(replacement[replacement.length - 1]);

        String left = "😀".repeat(1000) + "x".repeat(249);
        assertThat(gemma.encoder(SpecialTokens.PLAIN_TEXT).ids(left, 1, TruncationSide.LEFT))
                .endsWith(gemma.ids("x".repeat(249)))
                .doesNotContain(replacement[replacement.length - 1]);
    }

    @Test
    void manyThreadsGetTheIdsOfOne() throws IOException, InterruptedException, ExecutionException {
        List<String> texts = new ArrayList<>();
        Fixtures.lines("expected-ids.jsonl").forEach(l -> texts.add(l.path("text").asText()));
        List<long[]> expected = texts.stream().map(xlm::ids).toList();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<List<long[]>>> results = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                results.add(threads.submit(() -> texts.stream().map(xlm::ids).toList()));
            }
            for (Future<List<long[]>> result : results) {
                assertThat(result.get()).containsExactlyElementsOf(expected);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
