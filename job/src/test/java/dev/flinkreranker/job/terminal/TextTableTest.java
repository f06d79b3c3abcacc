package dev.flinkreranker.job.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextTableTest {

    @Test
    void textLeftAndNumbersRight() {
        TextTable table =
                new TextTable("name", "value", "note")
                        .row("ndcg@10", "0.6634", "good")
                        .row("Größe", "-12", "");

        assertThat(table)
                .hasToString(
                        """
                        name      value  note
                        ndcg@10  0.6634  good
                        Größe       -12
                        """);
    }

    @Test
    void rowsMustFit() {
        assertThatThrownBy(() -> new TextTable("a").row("1", "2"))
                .hasMessage("a row of 2 cells under 1 headings");
    }
}
