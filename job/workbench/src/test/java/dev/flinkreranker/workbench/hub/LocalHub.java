package dev.flinkreranker.workbench.hub;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A Hub with one model, {@code org/name}, on this machine. Like the real one it sends large files
 * from another host, to which it redirects. What it does otherwise is queued by path.
 */
final class LocalHub implements AutoCloseable {

    static final String ID = "org/name";
    static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    /** What is sent with the file as it should be. */
    interface Fault {
        void answer(HttpExchange exchange, byte[] content) throws IOException;
    }

    /** One request: whom, for what, from which byte, with which token. */
    record Request(String host, String path, String range, String token) {}

    final List<Request> requests = new CopyOnWriteArrayList<>();
    final Map<String, byte[]> files = new TreeMap<>();
    final Map<String, Queue<Fault>> faults = new ConcurrentHashMap<>();

    private final JsonMapper json = new JsonMapper();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer hub;
    private final HttpServer storage;

    LocalHub() throws IOException {
        hub = start(this::hub);
        storage = start(this::file);
        files.put("config.json", bytes("{\"model_type\": \"bert\"}"));
        files.put("tokenizer.json", bytes("{}"));
        files.put("model.safetensors", bytes("weights ".repeat(1000)));
        files.put("README.md", bytes("not read"));
        files.put("pytorch_model.bin", bytes("not read either"));
    }

    private HttpServer start(HttpHandler handler) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", handler);
        server.start();
        return server;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    String endpoint() {
        return "http://localhost:" + hub.getAddress().getPort();
    }

    String storage() {
        return "http://localhost:" + storage.getAddress().getPort();
    }

    /** The next requests for that path are answered so; {@code description} is the model's. */
    void fail(String path, Fault... answers) {
        faults.computeIfAbsent(path, p -> new ArrayDeque<>()).addAll(Arrays.asList(answers));
    }

    /** Sends that many bytes and cuts the connection. */
    static Fault cutAfter(int count) {
        return (exchange, content) -> {
            int from = from(exchange);
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/*");
            exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
            exchange.getResponseBody().write(content, from, count);
            exchange.getResponseBody().flush();
            throw new IOException("cut");
        };
    }

    /** Answers with a status and headers, {@code name: value}. */
    static Fault status(int status, String... headers) {
        return (exchange, content) -> {
            for (String header : headers) {
                String[] parts = header.split(": ", 2);
                exchange.getResponseHeaders().set(parts[0], parts[1]);
            }
            exchange.sendResponseHeaders(status, -1);
        };
    }

    /** Sends other bytes, whatever range was asked for. */
    static Fault other(byte[] bytes) {
        return (exchange, content) -> {
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        };
    }

    List<Request> requestsFor(String file) {
        return requests.stream().filter(r -> r.path().endsWith("/" + file)).toList();
    }

    private void hub(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.startsWith("/api/models/" + ID + "/revision/")) {
            note(exchange, "hub");
            answer(exchange, "description", json.writeValueAsBytes(description()));
        } else if (path.endsWith(".safetensors")) {
            note(exchange, "hub");
            exchange.getResponseHeaders().set("Location", storage() + path);
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        } else {
            send(exchange, "hub");
        }
    }

    private void file(HttpExchange exchange) throws IOException {
        send(exchange, "storage");
    }

    private void send(HttpExchange exchange, String host) throws IOException {
        note(exchange, host);
        String path = exchange.getRequestURI().getPath();
        String name = path.replaceFirst("/" + ID + "/resolve/" + COMMIT + "/", "");
        byte[] content = files.get(name);
        if (content == null) {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
            return;
        }
        answer(exchange, name, content);
    }

    private void note(HttpExchange exchange, String host) {
        requests.add(
                new Request(
                        host,
                        exchange.getRequestURI().getPath(),
                        exchange.getRequestHeaders().getFirst("Range"),
                        exchange.getRequestHeaders().getFirst("Authorization")));
    }

    private void answer(HttpExchange exchange, String name, byte[] content) throws IOException {
        try (exchange) {
            Queue<Fault> queued = faults.get(name);
            Fault fault = queued == null ? null : queued.poll();
            if (fault != null) {
                fault.answer(exchange, content);
                return;
            }
            int from = from(exchange);
            if (from > 0) {
                exchange.getResponseHeaders()
                        .set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/*");
            }
            exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
            exchange.getResponseBody().write(content, from, content.length - from);
        }
    }

    private static int from(HttpExchange exchange) {
        String range = exchange.getRequestHeaders().getFirst("Range");
        return range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
    }

    ObjectNode description() {
        ObjectNode description = json.createObjectNode().put("sha", COMMIT);
        ArrayNode siblings = description.putArray("siblings");
        files.forEach(
                (name, content) -> {
                    ObjectNode sibling = siblings.addObject().put("rfilename", name);
                    sibling.put("size", content.length).put("blobId", gitHash(content));
                    if (name.endsWith(".safetensors")) {
                        sibling.putObject("lfs")
                                .put("sha256", hash("SHA-256", content))
                                .put("size", content.length);
                    }
                });
        return description;
    }

    static String gitHash(byte[] content) {
        return hash("SHA-1", bytes("blob " + content.length + "\0"), content);
    }

    static String hash(String algorithm, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            for (byte[] part : parts) {
                digest.update(part);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        hub.stop(0);
        storage.stop(0);
        threads.shutdownNow();
    }
}
