package dev.flinkreranker.workbench.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a Hub over HTTP. Follows redirects itself: the token goes to the Hub alone, never to another
 * host that the Hub sends us to.
 */
final class HubConnection {

    private static final int MOST_REDIRECTS = 10;
    private static final Duration CONNECT = Duration.ofSeconds(20);

    private final URI endpoint;
    private final @Nullable String token;
    private final Duration answer;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(CONNECT)
                    .build();

    /**
     * @param endpoint {@code https://huggingface.co} or a mirror of it
     * @param token what shows who asks; null for nobody
     * @param answer how long an answer may take to begin
     * @throws IOException if the endpoint is not an HTTP address
     */
    HubConnection(String endpoint, @Nullable String token, Duration answer) throws IOException {
        this.endpoint = address(endpoint);
        this.token = token;
        this.answer = answer;
    }

    private static URI address(String endpoint) throws IOException {
        try {
            URI address = new URI(endpoint.replaceFirst("/+$", ""));
            if (isHttp(address)) {
                return address;
            }
        } catch (URISyntaxException e) {
            // As any other text that is no address.
        }
        throw new IOException(endpoint + ": is not the address of a Hub, such as https://…");
    }

    private static boolean isHttp(URI address) {
        return address.getHost() != null
                && ("http".equals(address.getScheme()) || "https".equals(address.getScheme()));
    }

    /**
     * Gets a small resource.
     *
     * @param most bytes of it that are read
     */
    byte[] bytes(String path, int most, String what) throws IOException, InterruptedException {
        InputStream body = get(path, 0, what).body();
        try (StallGuard guard = new StallGuard(body, answer)) {
            byte[] bytes = body.readNBytes(most);
            guard.alive();
            return bytes;
        } catch (IOException e) {
            throw new PassingFailure(what + ": the connection broke", e, null);
        } finally {
            body.close();
        }
    }

    /**
     * Gets a resource.
     *
     * @param path below the endpoint, encoded
     * @param from the first byte that is wanted; 0 for all
     * @param what it is, for messages
     * @return an answer with status 200, 206 or 416; its body is to be closed
     * @throws PassingFailure if another attempt may go well
     * @throws IOException if the Hub refuses
     */
    HttpResponse<InputStream> get(String path, long from, String what)
            throws IOException, InterruptedException {
        URI address = URI.create(endpoint + path);
        for (int i = 0; i < MOST_REDIRECTS; i++) {
            HttpResponse<InputStream> response = send(address, from, what);
            int status = response.statusCode();
            if (status == 200 || status == 206 || status == 416) {
                return response;
            }
            response.body().close();
            if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308) {
                throw refusal(response, address, what);
            }
            address = target(response, address, what);
        }
        throw new IOException(what + ": more than " + MOST_REDIRECTS + " redirects");
    }

    private HttpResponse<InputStream> send(URI address, long from, String what)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address)
                        .timeout(answer)
                        .header("User-Agent", "flink-reranker")
                        .header("Accept-Encoding", "identity");
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
        }
        if (token != null && isHub(address)) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            String cause = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new PassingFailure(
                    "%s: no answer from %s: %s".formatted(what, address.getAuthority(), cause),
                    e,
                    null);
        }
    }

    private boolean isHub(URI address) {
        return endpoint.getScheme().equals(address.getScheme())
                && endpoint.getAuthority().equalsIgnoreCase(address.getAuthority());
    }

    private static URI target(HttpResponse<?> response, URI from, String what) throws IOException {
        String location = response.headers().firstValue("Location").orElse("");
        try {
            URI to = from.resolve(new URI(location));
            boolean downgrade = "https".equals(from.getScheme()) && !"https".equals(to.getScheme());
            if (!location.isEmpty() && isHttp(to) && !downgrade) {
                return to;
            }
        } catch (URISyntaxException e) {
            // As any other text that is no address.
        }
        throw new IOException(
                "%s: %s redirects to \"%s\", which is not followed"
                        .formatted(what, from.getAuthority(), location));
    }

    private IOException refusal(HttpResponse<?> response, URI address, String what) {
        int status = response.statusCode();
        String host = address.getAuthority();
        if (status < 500 && status != 429 && !isHub(address)) {
            // Where the Hub sent us to; it may send us elsewhere another time.
            return new PassingFailure("%s: %s answers %d".formatted(what, host, status));
        }
        return switch (status) {
            case 401 ->
                    new IOException(
                            token == null
                                    ? what + ": not there, or only with a token: set HF_TOKEN (401)"
                                    : what + ": not there, or HF_TOKEN may not read it (401)");
            case 403 ->
                    new IOException(
                            what
                                    + ": may not be read (403); if its terms must be accepted, do so"
                                    + " on its page at the Hub");
            case 404 -> new IOException(what + ": not at " + host + " (404)");
            case 408, 429, 500, 502, 503, 504 ->
                    new PassingFailure(
                            "%s: %s is busy (%d)".formatted(what, host, status),
                            null,
                            response.headers()
                                    .firstValue("Retry-After")
                                    .map(HubConnection::wait)
                                    .orElse(null));
            default -> new IOException("%s: %s answers %d".formatted(what, host, status));
        };
    }

    /** Seconds, or a date. */
    private static @Nullable Duration wait(String retryAfter) {
        try {
            return retryAfter.matches("[0-9]{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(retryAfter))
                    : Duration.between(
                            Clock.systemUTC().instant(),
                            ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant());
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
