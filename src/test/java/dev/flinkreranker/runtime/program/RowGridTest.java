package dev.flinkreranker.runtime.program;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RowGridTest {

    @Test
    void rowsAreFilledUpToTheNextMultiple() {
        assertThat(RowGrid.fill(1)).isEqualTo(16);
        assertThat(RowGrid.fill(16)).isEqualTo(16);
        assertThat(RowGrid.fill(17)).isEqualTo(32);
    }
}
