package dev.flinkreranker.runtime.batching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeviceTimeTest {

    private final DeviceTime time = new DeviceTime();

    @Test
    void aBatchThatWasLaunchedWhileOneRanTakesWhatIsLeft() {
        assertThat(time.scored(0, 100)).isEqualTo(100);
        assertThat(time.scored(10, 190)).isEqualTo(90);
        assertThat(time.scored(250, 300)).isEqualTo(50);
    }

    @Test
    void whoeverReturnsLateTakesNothingThatAnotherHas() {
        assertThat(time.scored(10, 190)).isEqualTo(180);
        assertThat(time.scored(0, 180)).isZero();
        assertThat(time.scored(180, 200)).isEqualTo(10);
    }

    @Test
    void afterAFailureTheTimeOfTheOtherStaysItsOwn() {
        time.began(0, 100);
        time.began(0, 100);
        assertThat(time.failed(10, 50)).isZero();
        assertThat(time.scored(0, 100)).isEqualTo(100);

        time.ended(100);
        assertThat(time.failed(100, 130)).isEqualTo(30);
    }

    @Test
    void isExpectedToBeBusyWithAllThatIsUnderWay() {
        assertThat(time.isIdle()).isTrue();
        time.began(1_000, 100);
        time.began(1_020, 50);
        assertThat(time.left(1_030)).isEqualTo(120);

        time.ended(1_080);
        assertThat(time.left(1_080)).isEqualTo(50);
        assertThat(time.isIdle()).isFalse();

        time.ended(1_110);
        assertThat(time.left(1_110)).isZero();
        assertThat(time.isIdle()).isTrue();
    }
}
