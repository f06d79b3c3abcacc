package dev.flinkreranker.tests.runbooks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flinkreranker.tests.rig.DeviceFault;
import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.rig.KafkaBroker;
import dev.flinkreranker.tests.rig.MetricsPorts;
import dev.flinkreranker.tests.rig.Rig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A rig with one TaskManager of two slots, watched by Prometheus. */
final class Site implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofMinutes(8);

    private final Path checkout;
    private final Rig rig;
    private final Prometheus prometheus;

    private Site(Path checkout, Rig rig, Prometheus prometheus) {
        this.checkout = checkout;
        this.rig = rig;
        this.prometheus = prometheus;
    }

    static Site start(Path checkout) throws IOException, InterruptedException, TimeoutException {
        String alerts = Files.readString(checkout.resolve("docker/prometheus/alerts.yaml"));
        MetricsPorts metrics = MetricsPorts.find();
        Map<String, String> options = new HashMap<>(DeviceFault.flinkOptions());
        options.putAll(metrics.options());
        Rig rig = Rig.start(checkout, KafkaBroker.Settings.PLAIN, 1, options);
        try {
            Path folder = rig.directory().resolve("prometheus");
            return new Site(
                    checkout,
                    rig,
                    Prometheus.start(folder, ShortTimes.of(alerts), metrics.addresses()));
        } catch (IOException | InterruptedException | TimeoutException | RuntimeException e) {
            rig.close();
            throw e;
        }
    }

    Rig rig() {
        return rig;
    }

    Prometheus prometheus() {
        return prometheus;
    }

    /** A copy of the small model, by links, that a trial may take away. */
    Path model(String name) throws IOException {
        Path copy = Files.createDirectories(rig.directory().resolve("models").resolve(name));
        try (Stream<Path> files =
                Files.list(checkout.resolve("tests/models/scifact-minilm-layerwise"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.createSymbolicLink(copy.resolve(file.getFileName()), file);
            }
        }
        return copy;
    }

    /** Lines of a job's file that make such a copy the tenants' model, three layers of it. */
    String smallModel(String name) throws IOException {
        return serving(model(name));
    }

    /** Likewise of a model that is there. */
    static String serving(Path model) {
        return "models: {small: {directory: %s}}\ndefaults: {model: small, cutoff_layers: [3]}"
                .formatted(model);
    }

    /** Waits until an alert fires. */
    void awaitFiring(String alert) throws TimeoutException, InterruptedException {
        Eventually.holds(alert + " fires", PATIENCE, () -> prometheus.fires(alert));
    }

    /** Does something again and again until an alert fires. */
    void repeatUntilFiring(String alert, Step step) throws TimeoutException, InterruptedException {
        Eventually.holds(
                alert + " fires",
                PATIENCE,
                () -> {
                    step.run();
                    return prometheus.fires(alert);
                });
    }

    /** Does something again and again until an alert has ended. */
    void repeatUntilSilent(String alert, Step step) throws TimeoutException, InterruptedException {
        Eventually.holds(
                alert + " ends",
                PATIENCE,
                () -> {
                    step.run();
                    return !prometheus.fires(alert);
                });
    }

    /** Waits until an alert has ended. */
    void awaitSilence(String alert) throws TimeoutException, InterruptedException {
        Eventually.holds(alert + " ends", PATIENCE, () -> !prometheus.fires(alert));
    }

    /** The lines of the JobManager's log that have a text. */
    List<String> jobManagerLines(String text) {
        return rig.flink().jobManagerOutput().lines().filter(line -> line.contains(text)).toList();
    }

    /** Likewise the TaskManager's. */
    List<String> taskManagerLines(String text) {
        return rig.flink().taskManagerOutput(0).lines().filter(l -> l.contains(text)).toList();
    }

    /** What the web UI shows as the TaskManager's thread dump. */
    String threadDump() throws IOException, InterruptedException {
        JsonNode taskManager = rig.flink().rest().get("/taskmanagers").at("/taskmanagers/0/id");
        return rig.flink().rest().text("/taskmanagers/" + taskManager.asText() + "/thread-dump");
    }

    /** Ends what runs. */
    void cancelJobs() throws IOException, InterruptedException, TimeoutException {
        for (String job : rig.flink().rest().liveJobs()) {
            rig.flink().rest().cancel(job);
        }
    }

    /** Takes away what a trial that failed has left. */
    void clear() throws IOException, InterruptedException, TimeoutException {
        for (DeviceFault fault : DeviceFault.values()) {
            fault.end(rig.flink());
        }
        if (!rig.flink().isJobManagerAlive()) {
            rig.flink().startJobManager();
        }
        cancelJobs();
        rig.flink().killTaskManager(0);
        rig.flink().startTaskManager(0);
    }

    @Override
    public void close() {
        prometheus.close();
        rig.close();
    }

    /** A part of a trial. */
    interface Step {
        void run() throws Exception;
    }
}
