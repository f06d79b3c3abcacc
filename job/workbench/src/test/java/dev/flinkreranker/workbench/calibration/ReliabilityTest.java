package dev.flinkreranker.workbench.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flinkreranker.workbench.calibration.Reliability.Bin;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Figures against those by hand. */
class ReliabilityTest {

    @Test
    void scoreErrorAndBinsAreThoseByHand() {
        Reliability reliability =
                Reliability.of(
                        List.of(
                                new Prediction(0.125f, false),
                                new Prediction(0.1875f, true),
                                new Prediction(0.75f, true),
                                new Prediction(1f, true),
                                new Prediction(1f, false)));

        assertThat(reliability.brier())
                .isCloseTo(
                        (0.125 * 0.125 + 0.8125 * 0.8125 + 0.25 * 0.25 + 0 + 1) / 5, within(1e-12));
        // Bins 0.1 to 0.2, 0.7 to 0.8, 0.9 to 1: off by 0.6875, 0.25 and 1 documents.
        assertThat(reliability.calibrationError())
                .isCloseTo((0.6875 + 0.25 + 1) / 5, within(1e-12));
        assertThat(reliability.bins())
                .containsExactly(new Bin(0.15625, 0.5, 2), new Bin(0.75, 1, 1), new Bin(1, 0.5, 2));
    }

    @Test
    void whatAlwaysComesTrueAsOftenAsSaidHasNoError() {
        Reliability reliability =
                Reliability.of(List.of(new Prediction(0.5f, true), new Prediction(0.5f, false)));

        assertThat(reliability.calibrationError()).isZero();
        assertThat(reliability.brier()).isEqualTo(0.25);
    }
}
