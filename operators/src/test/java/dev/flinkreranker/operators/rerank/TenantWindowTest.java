package dev.flinkreranker.operators.rerank;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TenantWindowTest {

    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final TenantWindow window = new TenantWindow(100, 100_000);

    private static Place place(String tenant, int pairs) {
        return new Place(tenant, pairs, 1);
    }

    /** Lets as many requests of a tenant in as may come. */
    private int fill(String tenant, double weight) {
        int entered = 0;
        while (window.admits(place(tenant, 1), weight, NO_LIMIT)) {
            window.enter(place(tenant, 1));
            entered++;
        }
        return entered;
    }

    @Test
    void aTenantAloneGetsHalfOfWhatIsNotKeptForOthers() {
        assertThat(fill("noisy", 1)).isEqualTo(44);
    }

    @Test
    void whereManyFloodSomethingStaysFreeForTheNext() {
        for (int tenant = 0; tenant < 10; tenant++) {
            assertThat(fill("noisy-" + tenant, 1)).as("tenant %d", tenant).isPositive();
        }
        assertThat(window.admits(place("quiet", 1_000), 1, NO_LIMIT)).isTrue();
    }

    @Test
    void whoeverGivesPlacesBackGivesThemToAll() {
        fill("noisy", 1);
        int second = fill("second", 1);
        for (int i = 0; i < 20; i++) {
            window.leave(place("noisy", 1));
        }
        assertThat(window.admits(place("noisy", 1), 1, NO_LIMIT)).isTrue();
        assertThat(fill("second", 1)).isPositive();
        assertThat(second).isEqualTo(22);
    }

    @Test
    void aWeightChangesTheShareAndNeverTakesAll() {
        assertThat(fill("light", 0.1)).isBetween(7, 9);
        TenantWindow other = new TenantWindow(100, 100_000);
        int heavy = 0;
        while (other.admits(place("heavy", 1), 1e6, NO_LIMIT)) {
            other.enter(place("heavy", 1));
            heavy++;
        }
        assertThat(heavy).isEqualTo(71);
    }

    @Test
    void aTenantStaysWithinItsPairsButALargeRequestComesInAlone() {
        assertThat(window.admits(place("t", 50), 1, 10)).isTrue();
        window.enter(place("t", 50));
        assertThat(window.admits(place("t", 1), 1, 10)).isFalse();
        window.leave(place("t", 50));
        window.enter(place("t", 6));
        assertThat(window.admits(place("t", 4), 1, 10)).isTrue();
        assertThat(window.admits(place("t", 5), 1, 10)).isFalse();
    }

    @Test
    void aFullWindowAdmitsNobody() {
        TenantWindow full = new TenantWindow(1, 100_000);
        full.enter(place("waiting", 1));
        assertThat(full.admits(place("quiet", 1), 1, NO_LIMIT)).isFalse();
        full.leave(place("waiting", 1));
        assertThat(full.admits(place("quiet", 1), 1, NO_LIMIT)).isTrue();
    }

    @Test
    void bytesAreSharedLikePlaces() {
        int large = 0;
        while (window.admits(new Place("noisy", 1, 1_000), 1, NO_LIMIT)) {
            window.enter(new Place("noisy", 1, 1_000));
            large++;
        }
        // As many as with places, since one request takes a hundredth of both.
        assertThat(large).isEqualTo(44);
        assertThat(window.bytes()).isEqualTo(44_000);
        assertThat(window.admits(new Place("noisy", 1, 10), 1, NO_LIMIT)).isFalse();
        assertThat(window.admits(new Place("quiet", 1, 56_000), 1, NO_LIMIT)).isTrue();
        assertThat(window.admits(new Place("quiet", 1, 56_001), 1, NO_LIMIT)).isFalse();
    }

    @Test
    void noWeightTakesMoreBytesThanThereAre() {
        window.enter(new Place("other", 1, 70_000));
        window.enter(new Place("heavy", 1, 10_000));
        assertThat(window.admits(new Place("heavy", 1, 7_500), 100, NO_LIMIT)).isTrue();
        assertThat(window.admits(new Place("heavy", 1, 7_501), 100, NO_LIMIT)).isFalse();
        assertThat(window.hasRoom(20_000)).isTrue();
        assertThat(window.hasRoom(20_001)).isFalse();
    }

    @Test
    void aRequestThatIsLargerThanTheWindowComesInAlone() {
        assertThat(window.hasRoom(1_000_000)).isTrue();
        assertThat(window.admits(new Place("huge", 1, 1_000_000), 1, NO_LIMIT)).isTrue();
        window.enter(new Place("huge", 1, 1_000_000));
        assertThat(window.hasRoom(1)).isFalse();
        window.leave(new Place("huge", 1, 1_000_000));
        assertThat(window.bytes()).isZero();
    }
}
