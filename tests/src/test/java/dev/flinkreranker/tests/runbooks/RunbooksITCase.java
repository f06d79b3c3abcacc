package dev.flinkreranker.tests.runbooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.Test;

/** A short run of {@code tests/runbooks}. Installs nothing: it is skipped without Prometheus. */
class RunbooksITCase {

    @Test
    void anAlertFiresAndItsRunbookEndsIt() {
        assumeThat(Prometheus.PROGRAM)
                .as("no %s: apt-get install prometheus", Prometheus.PROGRAM)
                .isExecutable();

        int exit = RunbookRun.commandLine().execute("--only", "RerankerNoResults");

        assertThat(exit).as("exit code; standard error says what did not happen").isZero();
    }
}
