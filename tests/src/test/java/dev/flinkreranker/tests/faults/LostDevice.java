package dev.flinkreranker.tests.faults;

import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.rig.FlinkCluster;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jboss.byteman.agent.Main;

/** Makes the native call of a running TaskManager fail as a call on a lost CUDA device does. */
final class LostDevice {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private LostDevice() {}

    /** Options of Flink for a cluster whose devices can be lost. */
    static Map<String, String> flinkOptions() {
        try {
            Path agent =
                    Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            Path rules = Path.of(LostDevice.class.getResource("lost-device.btm").toURI());
            return Map.of(
                    "env.java.opts.taskmanager", "-javaagent:%s=script:%s".formatted(agent, rules));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Lets the next call on the device of a TaskManager fail, and waits for it.
     *
     * @throws TimeoutException when no call comes
     */
    static void lose(FlinkCluster flink, int taskManager)
            throws IOException, TimeoutException, InterruptedException {
        Path order = Path.of(flink.taskManagerLogFile(taskManager) + ".lost-device");
        Files.createFile(order);
        try {
            Eventually.holds(
                    "TaskManager %d calls its device".formatted(taskManager),
                    PATIENCE,
                    () -> Files.notExists(order));
        } finally {
            Files.deleteIfExists(order);
        }
    }
}
