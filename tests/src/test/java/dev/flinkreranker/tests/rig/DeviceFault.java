package dev.flinkreranker.tests.rig;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jboss.byteman.agent.Main;

/**
 * What can be done to the device of a running TaskManager. An agent in its process does it when a
 * file beside its log asks for it; {@code device-faults.btm} says what each is.
 */
public enum DeviceFault {
    /** One call fails as a call on a lost CUDA device does; the process can go on. */
    LOST,
    /** One call finds the context of its GPU dead, which ends the process. */
    LOST_GPU,
    /** One call never returns. */
    HANGING,
    /** Every call takes a third of a second longer, until {@link #end}. */
    SLOW,
    /** No batch of more than four pairs fits, until {@link #end}. */
    OUT_OF_MEMORY,
    /** A model takes five seconds longer to open, until {@link #end}. */
    SLOW_LOADING;

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** Options of Flink for a cluster whose devices can be made to fail. */
    public static Map<String, String> flinkOptions() {
        try {
            Path agent =
                    Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            Path rules = Path.of(DeviceFault.class.getResource("device-faults.btm").toURI());
            return Map.of(
                    "env.java.opts.taskmanager", "-javaagent:%s=script:%s".formatted(agent, rules));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Asks every TaskManager for it. */
    public void begin(FlinkCluster flink) throws IOException {
        for (Path order : orders(flink)) {
            Files.createFile(order);
        }
    }

    /**
     * Waits until one TaskManager has done what is done once, and takes the order back from the
     * others: of a job that was rescaled to one instance only one TaskManager has work.
     *
     * @throws TimeoutException when no device is called
     */
    public void awaitDone(FlinkCluster flink)
            throws IOException, TimeoutException, InterruptedException {
        try {
            Eventually.holds(
                    "a TaskManager calls its device",
                    PATIENCE,
                    () -> orders(flink).stream().anyMatch(Files::notExists));
        } finally {
            end(flink);
        }
    }

    /** Asks for it no longer. */
    public void end(FlinkCluster flink) throws IOException {
        for (Path order : orders(flink)) {
            Files.deleteIfExists(order);
        }
    }

    private List<Path> orders(FlinkCluster flink) {
        String suffix = "." + name().toLowerCase(Locale.ROOT).replace('_', '-');
        return IntStream.range(0, flink.taskManagers())
                .mapToObj(i -> Path.of(flink.taskManagerLogFile(i) + suffix))
                .toList();
    }
}
