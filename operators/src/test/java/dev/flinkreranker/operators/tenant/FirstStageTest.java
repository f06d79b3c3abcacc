package dev.flinkreranker.operators.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.request.Candidate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FirstStageTest {

    /** A zero with a sign is a zero. */
    @Test
    void equalScoresKeepTheirOrderAndNoScoreComesLast() {
        List<Candidate> candidates =
                Stream.of(-0.0, null, 1.0, 0.0, -2.0)
                        .map(score -> new Candidate(null, "", score, null))
                        .toList();

        assertThat(FirstStage.bestFirst(candidates)).containsExactly(2, 0, 3, 4, 1);
    }
}
