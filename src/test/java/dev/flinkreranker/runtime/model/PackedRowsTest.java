package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.program.ComputeDevice;
import dev.flinkreranker.runtime.program.ExecutionPlan;
import org.junit.jupiter.api.Test;

class PackedRowsTest {

    private static final ExecutionPlan PLAN = ExecutionPlan.of(ComputeDevice.CPU, StoredType.F32);

    /** Four pairs; the second and third leave out two ids that they share with the first. */
    private static final PackedRows SHARED =
            PackedRows.of(new int[] {5, 4, 6, 3}, new int[] {0, 2, 2, 0}, PLAN);

    @Test
    void rowsFillUpAndCountAsOneMorePair() {
        PackedRows rows = PackedRows.of(new int[] {3, 1, 2}, new int[3], PLAN);

        assertThat(rows.positions()).startsWith(0, 1, 2, 0, 0, 1, 0, 0).hasSize(16);
        assertThat(rows.firsts()).startsWith(0, 3, 4, 0, 0).hasSize(16);
        assertThat(rows.lasts()).startsWith(2, 3, 5, 0, 0).hasSize(16);
        assertThat(rows.bounds()).containsExactly(0, 3, 4, 6, 16);
        assertThat(rows.scoredBounds()).containsExactly(0, 1, 2, 3, 16);
        assertThat(rows.keys()).isEmpty();
        assertThat(rows.keyBounds()).isEqualTo(rows.bounds());
    }

    @Test
    void aPairSeesTheRowsThatItLeftOut() {
        assertThat(SHARED.bounds()).containsExactly(0, 5, 7, 11, 14, 16);
        assertThat(SHARED.positions()).startsWith(0, 1, 2, 3, 4, 2, 3, 2, 3, 4, 5, 0, 1, 2, 0, 0);
        assertThat(SHARED.lasts()).startsWith(4, 6, 10, 13, 0);
        assertThat(SHARED.keyBounds()).containsExactly(0, 5, 9, 15, 18, 20);
        assertThat(SHARED.keys())
                .containsExactly(0, 1, 2, 3, 4, 0, 1, 5, 6, 0, 1, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    }

    /**
     * The first pair begins with two ids from another call, the second with what the first sees.
     */
    @Test
    void aPairSeesWhatAnotherCallLeft() {
        PackedRows rows =
                new PackedRows(
                        new int[] {5, 6, 4}, new int[] {2, 3, 3}, new int[] {0, -1, 2}, PLAN);

        assertThat(rows.bounds()).containsExactly(0, 3, 6, 7, 16);
        assertThat(rows.positions()).startsWith(2, 3, 4, 3, 4, 5, 3, 0);
        assertThat(rows.lasts()).startsWith(2, 5, 6, 0);
        assertThat(rows.keyBounds()).containsExactly(0, 5, 11, 15, 24);
        assertThat(rows.keys())
                .startsWith(16, 17, 0, 1, 2, 16, 17, 0, 3, 4, 5, 18, 19, 20, 6, 7, 8);
    }

    @Test
    void passagesAreMergedAndTheirLastGroupIsWhatIsLeft() {
        // One query id and one prompt id each, but for the last pair: a query alone.
        MergedRows merged =
                MergedRows.of(
                        PackedRows.of(new int[] {7, 5, 1}, new int[] {0, 1, 0}, PLAN),
                        new int[] {1, 1, 1},
                        new int[] {1, 1, 0},
                        2);

        assertThat(merged.rows().lengths()).containsExactly(5, 4, 1);
        assertThat(merged.rows().shared()).containsExactly(0, 1, 0);
        assertThat(merged.firsts()).startsWith(0, 1, 3, 5, 6, 7, 9, 10, 11, 0).hasSize(16);
        assertThat(merged.counts()).startsWith(1, 2, 2, 1, 1, 2, 1, 1, 1, 1).hasSize(16);
    }
}
