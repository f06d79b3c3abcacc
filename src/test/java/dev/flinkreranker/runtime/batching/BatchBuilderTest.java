package dev.flinkreranker.runtime.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A device that computes whole grids of 256 rows, at 10 ms a row. */
class BatchBuilderTest {

    private static final int GRID = 256;
    private static final BatchSettings SETTINGS =
            BatchSettings.ofTokens(4096).withMaxBatchTime(Duration.ofSeconds(6));

    private final ScoringProfile<Integer, Long> profile =
            new ScoringProfile<>() {
                @Override
                public List<Long> score(int device, List<Integer> pairs) {
                    return pairs.stream().map(Integer::longValue).toList();
                }

                @Override
                public int rows(int tokens) {
                    return (tokens + GRID - 1) / GRID * GRID;
                }
            };

    private final ProfileState<Integer, Long> state = new ProfileState<>(profile, 4096);
    private BatchBuilder<Integer, Long> builder;

    @BeforeEach
    void theCostIsKnown() {
        for (int grids = 1; grids <= 10; grids++) {
            state.costs().observe(grids * GRID, 0, grids * GRID * 0.01);
        }
        builder = new BatchBuilder<>(SETTINGS, state, 0);
    }

    private boolean offer(int length, long deadline) {
        return builder.offer(
                new QueuedPair<>(
                        new PairGroup<>("t", 1, deadline, profile, new RecordingListener(1)),
                        0,
                        length,
                        length));
    }

    @Test
    void timeGoesByRowsAndPairsThatCostNoneComeAlong() {
        assertThat(offer(200, Long.MAX_VALUE)).isTrue();
        assertThat(offer(200, Long.MAX_VALUE)).as("two grids: 5.12 s").isTrue();
        assertThat(offer(113, Long.MAX_VALUE)).as("three grids: 7.68 s").isFalse();

        assertThat(builder.build().closing()).isEqualTo(ClosingReason.TIME);
        assertThat(builder.build().tokens()).isEqualTo(400);
    }

    @Test
    void aBatchBeyondItsTimeIsStillFilledUp() {
        assertThat(offer(700, Long.MAX_VALUE)).as("7.68 s, but the first").isTrue();
        assertThat(offer(60, Long.MAX_VALUE)).as("its rows are computed anyway").isTrue();
        assertThat(offer(8, Long.MAX_VALUE)).as("768 tokens").isTrue();
        assertThat(offer(1, Long.MAX_VALUE)).isFalse();

        assertThat(builder.build().tokens()).isEqualTo(768);
    }

    @Test
    void aDeadlineCountsTheRowsThatFillUp() {
        long deadline = Duration.ofSeconds(3).toNanos();
        assertThat(offer(10, deadline)).as("one grid: 2.56 s").isTrue();
        assertThat(offer(240, Long.MAX_VALUE)).isTrue();
        assertThat(offer(10, Long.MAX_VALUE)).as("two grids end after the deadline").isFalse();

        assertThat(builder.build().closing()).isEqualTo(ClosingReason.DEADLINE);
    }
}
