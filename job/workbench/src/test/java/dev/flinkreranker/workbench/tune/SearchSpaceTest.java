package dev.flinkreranker.workbench.tune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SearchSpaceTest {

    @Test
    void everyDepthAloneAndEveryCutBeforeADeeperOne() {
        SearchSpace space =
                new SearchSpace(
                        List.of(10, Stage.ALL),
                        List.of(4, 6),
                        List.of(Blend.none()),
                        List.of(5, 10));

        assertThat(space.cascades())
                .extracting(Cascade::toString)
                .containsExactly(
                        "10 > layer 4",
                        "10 > layer 4 > 5 > layer 6",
                        "10 > layer 6",
                        "all > layer 4",
                        "all > layer 4 > 5 > layer 6",
                        "all > layer 4 > 10 > layer 6",
                        "all > layer 6");
        assertThat(space.cascades()).contains(space.full(Blend.none()));
    }
}
