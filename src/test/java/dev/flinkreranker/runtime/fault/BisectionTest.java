package dev.flinkreranker.runtime.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class BisectionTest {

    private final List<List<Integer>> attempts = new ArrayList<>();
    private final List<String> blamed = new ArrayList<>();

    private Bisection<Integer> bisection(boolean retries, Consumer<List<Integer>> device) {
        return new Bisection<>(retries) {
            @Override
            protected void score(List<Integer> batch) {
                attempts.add(List.copyOf(batch));
                device.accept(batch);
            }

            @Override
            protected void unscorable(Integer element, RuntimeException cause) {
                blamed.add(element + ": " + cause.getMessage());
            }
        };
    }

    private static void failOn(int poison, List<Integer> batch) {
        if (batch.contains(poison)) {
            throw new ScoringException("poison");
        }
    }

    @Test
    void findsTheOneToBlame() {
        bisection(false, batch -> failOn(3, batch)).settle(List.of(1, 2, 3, 4));

        assertThat(blamed).containsExactly("3: poison");
        assertThat(attempts)
                .containsExactly(
                        List.of(1, 2, 3, 4), List.of(1, 2), List.of(3, 4), List.of(3), List.of(4));
    }

    @Test
    void retriesOnceBeforeItSplits() {
        bisection(true, batch -> failOn(1, batch)).settle(List.of(1, 2));

        assertThat(blamed).containsExactly("1: poison");
        assertThat(attempts).containsExactly(List.of(1, 2), List.of(1, 2), List.of(1), List.of(2));
    }

    @Test
    void neverRetriesWhatDidNotFit() {
        bisection(
                        true,
                        batch -> {
                            if (batch.size() > 1) {
                                throw new DeviceMemoryException("too much", null);
                            }
                        })
                .settle(List.of(1, 2));

        assertThat(blamed).isEmpty();
        assertThat(attempts).containsExactly(List.of(1, 2), List.of(1), List.of(2));
    }

    @Test
    void whatIsNoFaultOfTheBatchGoesUp() {
        RuntimeException broken = new BrokenDeviceException("gone", null);

        assertThatThrownBy(
                        () ->
                                bisection(
                                                true,
                                                batch -> {
                                                    throw broken;
                                                })
                                        .settle(List.of(1, 2)))
                .isSameAs(broken);
        assertThat(attempts).hasSize(1);
    }
}
