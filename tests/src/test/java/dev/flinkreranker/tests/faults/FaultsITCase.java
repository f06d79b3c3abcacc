package dev.flinkreranker.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * A short run of {@code tests/faults}: one tenant floods the job, a TaskManager is killed, the
 * broker stops and starts, a device is lost.
 */
class FaultsITCase {

    @Test
    void everyRequestIsAnsweredOnceWhileProcessesDie() {
        int exit =
                FaultRun.commandLine()
                        .execute(
                                "--requests",
                                "1000",
                                "--kills",
                                "3",
                                "--only",
                                "KILL_TASK_MANAGER,STOP_BROKER,LOSE_DEVICE",
                                "--seed",
                                "1");

        assertThat(exit).as("exit code; standard output says what was lost or doubled").isZero();
    }
}
