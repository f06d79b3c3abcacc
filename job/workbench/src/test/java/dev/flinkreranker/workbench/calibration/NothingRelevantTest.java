package dev.flinkreranker.workbench.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.tenant.Calibration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The threshold, and what it says. */
class NothingRelevantTest {

    private static final Calibration SIGMOID = new Calibration(1.0, 0.0, null, null, List.of());

    /** Highest logits of requests, those without anything relevant with a star. */
    private static List<LabelledRequest> requests(String highest) {
        List<LabelledRequest> requests = new ArrayList<>();
        for (String one : highest.split(" ")) {
            requests.add(
                    new LabelledRequest(
                            List.of(), Float.parseFloat(one.replace("*", "")), !one.endsWith("*")));
        }
        return requests;
    }

    @ParameterizedTest
    @CsvSource({
        "-4* -3* -2 -1* 0 1,    1,    2, 2",
        "-4* -3* -2 -1* 0 1,    0.75, 4, 3",
        "-4* -3* -2 -1* 0 1,    0.5,  6, 3",
        "-4 -3* -2* -1* 0 1,    0.75, 4, 3",
        "-4* -3* -3 0 1,        0.9,  1, 1",
        "-4* -3 NaN* 1*,        1,    1, 1",
        "-90* -80* 90,          1,    2, 2",
    })
    void theThresholdSaysItOfTheMostWhileItIsRightOftenEnough(
            String highest, double precision, int said, int right) {
        List<LabelledRequest> requests = requests(highest);
        Calibration calibration =
                with(NothingRelevant.threshold(requests, SIGMOID, precision).orElseThrow());

        NothingRelevant nothing = NothingRelevant.of(requests, calibration);

        assertThat(nothing.said()).isEqualTo(said);
        assertThat(nothing.right()).isEqualTo(right);
        assertThat(nothing.requests()).isEqualTo(requests.size());
        assertThat(nothing.without())
                .isEqualTo((int) highest.chars().filter(c -> c == '*').count());
    }

    @Test
    void itHasFewDigits() {
        assertThat(NothingRelevant.threshold(requests("-1* 1"), SIGMOID, 1)).hasValue(0.5);
        assertThat(NothingRelevant.threshold(requests("0* 0.001"), SIGMOID, 1)).hasValue(0.5001);
    }

    @ParameterizedTest
    @CsvSource({"-1 0* 1*, 0.9", "NaN* NaN*, 0.5", "99*, 1"})
    void noneWhereItIsNeverRightOftenEnough(String highest, double precision) {
        assertThat(NothingRelevant.threshold(requests(highest), SIGMOID, precision)).isEmpty();
    }

    @Test
    void withoutAThresholdItIsNeverSaid() {
        NothingRelevant nothing = NothingRelevant.of(requests("-9* 9"), SIGMOID);

        assertThat(nothing).isEqualTo(new NothingRelevant(2, 1, 0, 0));
        assertThat(nothing.precision().low()).isZero();
        assertThat(nothing.precision().high()).isEqualTo(1);
    }

    private static Calibration with(double below) {
        return new Calibration(1.0, 0.0, below, null, List.of());
    }
}
