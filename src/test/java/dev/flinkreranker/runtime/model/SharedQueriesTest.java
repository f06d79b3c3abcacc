package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which rows of a batch are left out, and that scores find back. */
class SharedQueriesTest {

    private static final List<TokenizedPair> PAIRS =
            List.of(
                    pair(2, 1, 2, 10, 11),
                    pair(2, 7, 7, 12),
                    pair(2, 1, 2, 13),
                    pair(1, 1, 2, 10, 11),
                    pair(2, 1, 2));

    private static TokenizedPair pair(int queryLength, long... ids) {
        return new TokenizedPair(ids, queryLength, 0, false);
    }

    @Test
    void pairsWithEqualQueriesStandTogetherAndLeaveThemOut() {
        SharedQueries queries = SharedQueries.of(PAIRS);

        assertThat(queries.order()).containsExactly(0, 2, 4, 1, 3);
        // A pair that is its query alone needs the last state of it for itself.
        assertThat(queries.shared()).containsExactly(0, 2, 0, 0, 0);
    }

    /** Their bits may differ: a template attends by itself. */
    @Test
    void equalIdsWithAnotherTemplateAreAnotherQuery() {
        long[] ids = new long[40];
        TokenizedPair bare = new TokenizedPair(ids, 30, 0, false, 0, 0);
        TokenizedPair templated = new TokenizedPair(ids, 30, 0, false, 0, 20);
        TokenizedPair tooShort = new TokenizedPair(ids, 30, 0, false, 0, 15);
        TokenizedPair whole = new TokenizedPair(ids, 30, 0, false, 0, 30);

        SharedQueries queries = SharedQueries.of(List.of(bare, templated, tooShort, whole));

        assertThat(queries.order()).containsExactly(0, 2, 3, 1);
        assertThat(queries.shared()).containsExactly(0, 30, 30, 0);
    }

    @Test
    void nothingIsLeftOutWherePositionsSeeThoseAfterThem() {
        SharedQueries queries = SharedQueries.none(PAIRS.size());

        assertThat(queries.shared()).containsOnly(0);
    }

    @Test
    void scoresStandAsThePairsStood() {
        SharedQueries queries = SharedQueries.of(PAIRS);

        assertThat(queries.inFirstOrder(new float[] {0, 2, 4, 1, 3, 10, 12, 14, 11, 13}))
                .containsExactly(0, 1, 2, 3, 4, 10, 11, 12, 13, 14);
    }
}
