package dev.flinkreranker.tests.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The short form; {@code tests/fuzz} is the long one. */
class FuzzTest {

    /** Another with {@code -Dfuzz.seed=…}. */
    private static final long SEED = Long.getLong("fuzz.seed", 1);

    private static final int INPUTS = 500;
    private static final int EVENTS = 3_000;

    @ParameterizedTest
    @EnumSource
    void aReaderRefusesInItsOwnWords(FuzzTarget target) {
        assertThat(ReaderFuzz.run(target, INPUTS, SEED)).isBetween(1, INPUTS - 1);
    }

    @Test
    void everyEventBecomesOneRecord() throws Exception {
        Path model = Path.of("models/scifact-minilm-layerwise").toRealPath();

        Ledger ledger = EventFuzz.run(EVENTS, SEED, model, Duration.ofMinutes(2));

        assertThat(ledger.unaccounted()).as("seed %d", SEED).isZero();
        assertThat(ledger.faults()).as("seed %d", SEED).isEmpty();
        assertThat(ledger.outcomes()).hasSizeGreaterThan(12);
    }
}
