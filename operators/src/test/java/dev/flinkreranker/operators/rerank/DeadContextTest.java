package dev.flinkreranker.operators.rerank;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.fault.BrokenDeviceException;
import dev.flinkreranker.runtime.fault.DeadContextException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Lost.class.getName(),
                                how)
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        assertThat(status).as(output).isIn(WENT_ON, DeadContext.EXIT_STATUS);
        return status;
    }
}
