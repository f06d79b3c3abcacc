package dev.flinkreranker.tests.faults;

import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.rig.FlinkCluster;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jboss.byteman.agent.Main;

/** Makes the native call of a running TaskManager fail as a call on a lost CUDA device does. */
final class LostDevice {

    private static final Duration PATIENCE = Duration.ofMinutes(4);

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
     * Lets the next call on a device fail, of whichever TaskManager it is, and waits for it. Of a
     * job that has been rescaled to one instance only one TaskManager has work.
     *
     * @throws TimeoutException when no call comes
     */
    static void lose(FlinkCluster flink)
            throws IOException, TimeoutException, InterruptedException {
        List<Path> orders = new ArrayList<>();
        for (int i = 0; i < flink.taskManagers(); i++) {
            orders.add(Files.createFile(Path.of(flink.taskManagerLogFile(i) + ".lost-device")));
        }
        try {
            Eventually.holds(
                    "a TaskManager calls its device",
                    PATIENCE,
                    () -> orders.stream().anyMatch(Files::notExists));
        } finally {
            for (Path order : orders) {
                Files.deleteIfExists(order);
            }
        }
    }
}
