package dev.flinkreranker.tests.rig;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Where the processes of a rig show their metrics: each takes the first free port of a range.
 *
 * @param first port of the range
 */
public record MetricsPorts(int first) {

    private static final int COUNT = 5;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** A range that begins with a free port. */
    public static MetricsPorts find() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return new MetricsPorts(Math.min(socket.getLocalPort(), 65_535 - COUNT));
        }
    }

    /** The reporter as the image and the manifests configure it. */
    public Map<String, String> options() {
        return Map.of(
                "metrics.reporters",
                "prom",
                "metrics.reporter.prom.factory.class",
                "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
                "metrics.reporter.prom.port",
                first + "-" + (first + COUNT));
    }

    /** Where a scraper finds them, whether or not a process took the port. */
    public List<String> addresses() {
        return IntStream.rangeClosed(first, first + COUNT)
                .mapToObj(port -> "127.0.0.1:" + port)
                .toList();
    }

    /** Names of all metrics that the processes show now. */
    public Set<String> scrape() throws IOException, InterruptedException {
        Set<String> names = new TreeSet<>();
        for (String address : addresses()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create("http://" + address + "/metrics")).build();
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
