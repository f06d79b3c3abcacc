package dev.flinkreranker.operators.rerank;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import dev.flinkreranker.runtime.fault.DeadContextException;
import dev.flinkreranker.tests.support.ProcessRun;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class DeadContextTest {

    /** What {@link Lost} ends with where its process goes on. */
    private static final int WENT_ON = 3;

    @Test
    void aDeadContextEndsTheProcessWithAStatusOfItsOwn() throws Exception {
        assertThat(end("dead")).isEqualTo(DeadContext.EXIT_STATUS);
    }

    @Test
    void aDeviceThatAnotherEngineCanUseDoesNot() throws Exception {
        assertThat(end("broken")).isEqualTo(WENT_ON);
    }

    /** The other process. */
    static final class Lost {
        public static void main(String[] arguments) {
            String message = "cuda:0: CUDA error: unspecified launch failure";
            BrokenDeviceException failure =
                    arguments[0].equals("dead")
                            ? new DeadContextException(message, null)
                            : new BrokenDeviceException(message, null);
            DeadContext.endProcessIfIn(new CompletionException(failure));
            System.exit(WENT_ON);
        }
    }

    private static int end(String how) throws IOException, InterruptedException {
        ProcessRun run = ProcessRun.of(Lost.class, how);
        assertThat(run.status()).as(run.output()).isIn(WENT_ON, DeadContext.EXIT_STATUS);
        return run.status();
    }
}
