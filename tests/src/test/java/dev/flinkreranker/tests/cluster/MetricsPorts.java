package dev.flinkreranker.tests.cluster;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where the processes of a rig show their metrics: each takes the first free port of a range.
 *
 * @param first port of the range
 */
record MetricsPorts(int first) {

    private static final int COUNT = 5;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** A range that begins with a free port. */
    static MetricsPorts find() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return new MetricsPorts(Math.min(socket.getLocalPort(), 65_535 - COUNT));
        }
    }

    /** The reporter as the image and the manifests configure it. */
    Map<String, String> options() {
        return Map.of(
                "metrics.reporters",
                "prom",
                "metrics.reporter.prom.factory.class",
                "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
                "metrics.reporter.prom.port",
                first + "-" + (first + COUNT));
    }

    /** Names of all metrics that the processes show now. */
    Set<String> scrape() throws IOException, InterruptedException {
        Set<String> names = new TreeSet<>();
        for (int port = first; port <= first + COUNT; port++) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                            .build();
            try {
                HTTP.send(request, HttpResponse.BodyHandlers.ofLines())
                        .body()
                        .filter(line -> line.startsWith("flink_"))
                        .map(line -> line.split("[{ ]", 2)[0])
                        .forEach(names::add);
            } catch (ConnectException e) {
                // No process took this port.
            }
        }
        return names;
    }
}
