package dev.flinkreranker.runtime.batching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenBudgetTest {

    private static final int MAX = 8192;

    /** Full batches that it takes back to the maximum. */
    private static int recovery(TokenBudget budget) {
        int batches = 0;
        while (budget.current() < MAX) {
            budget.fitted(budget.current());
            batches++;
        }
        return batches;
    }

    @Test
    void creepsUpToTheSizeThatDidNotFit() {
        TokenBudget budget = new TokenBudget(MAX);
        budget.exceeded(MAX);
        assertThat(budget.current()).isEqualTo(MAX / 2);
        for (int i = 0; i < TokenBudget.RECOVERY_BATCHES; i++) {
            budget.fitted(budget.current());
        }
        assertThat(budget.current()).isEqualTo(MAX / 2 + MAX / 16);
        assertThat(recovery(budget)).isEqualTo(5 * TokenBudget.RECOVERY_BATCHES);
    }

    @Test
    void doublesOnceThatSizeFits() {
        TokenBudget budget = new TokenBudget(MAX);
        for (int tokens = MAX; tokens >= 128; tokens /= 2) {
            budget.exceeded(tokens);
        }
        assertThat(budget.current()).isEqualTo(64);
        assertThat(recovery(budget)).isLessThanOrEqualTo(13 * TokenBudget.RECOVERY_BATCHES);
    }
}
