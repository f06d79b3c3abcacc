package dev.flinkreranker.workbench.evaluation.trec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunWriterTest {

    private final StringBuilder out = new StringBuilder();

    @Test
    void tiesAreWrittenAsTheNextSmallerFloat() throws IOException {
        new RunWriter(out, "mine")
                .write(
                        "q",
                        List.of(
                                new ScoredPassage("a", 1f),
                                new ScoredPassage("b", 1f),
                                new ScoredPassage("c", Math.nextDown(1f)),
                                new ScoredPassage("d", -3.5f)));

        assertThat(out)
                .hasToString(
                        """
                        q Q0 a 1 1.0 mine
                        q Q0 b 2 0.99999994 mine
                        q Q0 c 3 0.9999999 mine
                        q Q0 d 4 -3.5 mine
                        """);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void anyRankingIsReadBackInItsOrder(long seed, @TempDir Path directory) throws IOException {
        Random random = new Random(seed);
        List<ScoredPassage> ranking = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            float score = random.nextInt(5) * (float) Math.pow(10, random.nextInt(60) - 35);
            ranking.add(new ScoredPassage("d" + i, random.nextBoolean() ? score : -score));
        }
        Collections.shuffle(ranking, random);
        ranking.sort((a, b) -> Float.compare(b.score(), a.score()));
        new RunWriter(out, "t").write("q", ranking);

        Run read = RunReader.read(Files.writeString(directory.resolve("run"), out));

        assertThat(read.ranking("q"))
                .extracting(ScoredPassage::id)
                .containsExactlyElementsOf(ranking.stream().map(ScoredPassage::id).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\tb", "a\u00a0b", "a\u2028b", "a\u0000b", " a"})
    void idsThatARunFileCannotCarry(String id) {
        RunWriter writer = new RunWriter(out, "t");

        assertThatThrownBy(() -> writer.write(id, List.of(new ScoredPassage("d", 1))))
                .hasMessageContaining("query id")
                .hasMessageContaining("holds whitespace");
        assertThatThrownBy(() -> writer.write("q", List.of(new ScoredPassage(id, 1))))
                .hasMessageContaining("passage id");
        assertThatThrownBy(() -> new RunWriter(out, id)).hasMessageContaining("tag");
        assertThat(out).isEmpty();
    }

    @Test
    void rankingsThatWouldLieAreRefusedWhole() {
        RunWriter writer = new RunWriter(out, "t");
        ScoredPassage first = new ScoredPassage("a", 1);

        assertRefused(writer, first, new ScoredPassage("a", 0), "a comes twice");
        assertRefused(writer, first, new ScoredPassage("b", Float.NaN), "b has score NaN");
        assertRefused(writer, first, new ScoredPassage("b", 2), "score 2.0 stands below");
        ScoredPassage least = new ScoredPassage("l", -Float.MAX_VALUE);
        assertRefused(
                writer, least, new ScoredPassage("m", -Float.MAX_VALUE), "no float32 is left");
        assertThat(out).isEmpty();
    }

    private static void assertRefused(
            RunWriter writer, ScoredPassage first, ScoredPassage second, String problem) {
        assertThatThrownBy(() -> writer.write("q7", List.of(first, second)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("query q7: ")
                .hasMessageContaining(problem);
    }
}
