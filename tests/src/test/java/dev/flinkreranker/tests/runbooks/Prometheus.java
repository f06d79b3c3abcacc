package dev.flinkreranker.tests.runbooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.rig.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** A Prometheus server that scrapes the rig every second and knows the alerts. */
final class Prometheus implements AutoCloseable {

    /** Where Debian's package puts it. */
    static final Path PROGRAM = Path.of("/usr/bin/prometheus");

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final String address;

    private Prometheus(Process process, String address) {
        this.process = process;
        this.address = address;
    }

    /**
     * Starts a server and waits until it answers.
     *
     * @param folder for its files
     * @param alerts the rules, as a file's text
     * @param targets what to scrape, {@code HOST:PORT}
     */
    static Prometheus start(Path folder, String alerts, List<String> targets)
            throws IOException, InterruptedException, TimeoutException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("alerts.yaml"), alerts);
        Files.writeString(
                folder.resolve("prometheus.yml"),
                """
                global: {scrape_interval: 1s, evaluation_interval: 1s}
                rule_files: [alerts.yaml]
                scrape_configs:
                  - {job_name: flink, static_configs: [{targets: %s}]}
                """
                        .formatted(JSON.writeValueAsString(targets)));
        String address = "127.0.0.1:" + FreePorts.find(1).get(0);
        Process process =
                new ProcessBuilder(
                                PROGRAM.toString(),
                                "--config.file=prometheus.yml",
                                "--storage.tsdb.path=data",
                                "--web.listen-address=" + address)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("prometheus.log").toFile())
                        .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "prometheus"));
        Prometheus prometheus = new Prometheus(process, address);
        try {
            Eventually.holds(
                    "Prometheus answers", PATIENCE, () -> prometheus.series("vector(1)") == 1);
        } catch (InterruptedException | TimeoutException e) {
            prometheus.close();
            throw e;
        }
        return prometheus;
    }

    /** Whether an alert fires. */
    boolean fires(String alert) throws IOException, InterruptedException {
        for (JsonNode active : get("/api/v1/alerts").at("/data/alerts")) {
            if (active.at("/labels/alertname").asText().equals(alert)
                    && active.path("state").asText().equals("firing")) {
                return true;
            }
        }
        return false;
    }

    /** How many series an expression has; one that compares has those for which it holds. */
    int series(String expression) throws IOException, InterruptedException {
        String query = URLEncoder.encode(expression, StandardCharsets.UTF_8);
        return get("/api/v1/query?query=" + query).at("/data/result").size();
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://" + address + path)).build();
        return JSON.readTree(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
