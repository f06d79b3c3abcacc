package dev.flinkreranker.operators.rerank;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TenantWindowTest {

    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final TenantWindow window = new TenantWindow(100);

    /** Lets as many requests of a tenant in as may come. */
    private int fill(String tenant, double weight) {
        int entered = 0;
        while (window.admits(tenant, 1, weight, NO_LIMIT)) {
            window.enter(tenant, 1);
            entered++;
        }
        return entered;
    }

    @Test
    void aTenantAloneGetsHalf() {
        assertThat(fill("noisy", 1)).isEqualTo(50);
    }

    @Test
    void howeverManyFloodSomethingStaysFreeForTheNext() {
        for (int tenant = 0; tenant < 50; tenant++) {
            assertThat(fill("noisy-" + tenant, 1)).as("tenant %d", tenant).isPositive();
        }
        assertThat(window.admits("quiet", 1_000, 1, NO_LIMIT)).isTrue();
    }

    @Test
    void whoeverGivesPlacesBackGivesThemToAll() {
        fill("noisy", 1);
        int second = fill("second", 1);
        for (int i = 0; i < 20; i++) {
            window.leave("noisy", 1);
        }
        assertThat(window.admits("noisy", 1, 1, NO_LIMIT)).isTrue();
        assertThat(fill("second", 1)).isPositive();
        assertThat(second).isEqualTo(25);
    }

    @Test
    void aWeightChangesTheShareAndNeverTakesAll() {
        assertThat(fill("light", 0.1)).isBetween(8, 10);
        TenantWindow other = new TenantWindow(100);
        int heavy = 0;
        while (other.admits("heavy", 1, 1e6, NO_LIMIT)) {
            other.enter("heavy", 1);
            heavy++;
        }
        assertThat(heavy).isEqualTo(80);
    }

    @Test
    void aTenantStaysWithinItsPairsButALargeRequestComesInAlone() {
        assertThat(window.admits("t", 50, 1, 10)).isTrue();
        window.enter("t", 50);
        assertThat(window.admits("t", 1, 1, 10)).isFalse();
        window.leave("t", 50);
        window.enter("t", 6);
        assertThat(window.admits("t", 4, 1, 10)).isTrue();
        assertThat(window.admits("t", 5, 1, 10)).isFalse();
    }

    @Test
    void aFullWindowAdmitsNobody() {
        TenantWindow full = new TenantWindow(1);
        full.enter("waiting", 1);
        assertThat(full.admits("quiet", 1, 1, NO_LIMIT)).isFalse();
        full.leave("waiting", 1);
        assertThat(full.admits("quiet", 1, 1, NO_LIMIT)).isTrue();
    }
}
