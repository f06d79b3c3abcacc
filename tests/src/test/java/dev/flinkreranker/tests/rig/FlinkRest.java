package dev.flinkreranker.tests.rig;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** What the rig asks of Flink's REST interface. */
public final class FlinkRest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    /** Running a job's main method, which asks the broker much, is one request. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final String address;

    /** Of the interface at an address, such as {@code http://127.0.0.1:8081}. */
    public FlinkRest(String address) {
        this.address = address;
    }

    /**
     * A job to run.
     *
     * @param entryClass its main class
     * @param arguments of the main class
     * @param parallelism where the job sets none
     * @param savepoint to start from; null for none
     */
    public record Submission(
            String entryClass, List<String> arguments, int parallelism, String savepoint) {}

    /** Registered slots. */
    public int slots() throws IOException, InterruptedException {
        return get("/overview").path("slots-total").asInt();
    }

    /** Uploads a jar and runs it. Returns the job's id. */
    public String submit(Path jar, Submission submission) throws IOException, InterruptedException {
        String file = upload(jar).path("filename").asText();
        ObjectNode body = JSON.createObjectNode();
        body.put("entryClass", submission.entryClass());
        body.put("parallelism", submission.parallelism());
        if (submission.savepoint() != null) {
            body.put("savepointPath", submission.savepoint());
        }
        submission.arguments().forEach(body.putArray("programArgsList")::add);
        String id = Path.of(file).getFileName().toString();
        return post("/jars/" + id + "/run", body).path("jobid").asText();
    }

    private JsonNode upload(Path jar) throws IOException, InterruptedException {
        String boundary = "reranker-job-jar";
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(
                ("--%s\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\"%s\"\r\n"
                                + "Content-Type: application/x-java-archive\r\n\r\n")
                        .formatted(boundary, jar.getFileName())
                        .getBytes(StandardCharsets.UTF_8));
        body.write(Files.readAllBytes(jar));
        body.write("\r\n--%s--\r\n".formatted(boundary).getBytes(StandardCharsets.UTF_8));
        return send(
                request("/jars/upload")
                        .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray())));
    }

    /** A job's state: RUNNING, RESTARTING, … */
    public String state(String job) throws IOException, InterruptedException {
        return get("/jobs/" + job).path("state").asText();
    }

    /** Ids of the jobs that have not ended. */
    public List<String> liveJobs() throws IOException, InterruptedException {
        return get("/jobs/overview").path("jobs").findParents("jid").stream()
                .filter(
                        job ->
                                !List.of("FINISHED", "FAILED", "CANCELED")
                                        .contains(job.path("state").asText()))
                .map(job -> job.path("jid").asText())
                .toList();
    }

    /** Whether all tasks of a job run. */
    public boolean allTasksRun(String job) throws IOException, InterruptedException {
        JsonNode details = get("/jobs/" + job);
        if (!details.path("state").asText().equals("RUNNING")) {
            return false;
        }
        for (JsonNode vertex : details.path("vertices")) {
            if (!vertex.path("status").asText().equals("RUNNING")) {
                return false;
            }
        }
        return true;
    }

    /** How many checkpoints of a job completed since its JobManager took it up. */
    public long completedCheckpoints(String job) throws IOException, InterruptedException {
        return get("/jobs/" + job + "/checkpoints").at("/counts/completed").asLong();
    }

    /** Waits until a job runs and two checkpoints completed: the first may have begun before. */
    public void awaitProgress(String job, Duration patience)
            throws TimeoutException, InterruptedException {
        Eventually.holds("job " + job + " runs", patience, () -> allTasksRun(job));
        long[] before = {-1};
        Eventually.holds(
                "job " + job + " completes checkpoints",
                patience,
                () -> {
                    long now = completedCheckpoints(job);
                    if (before[0] < 0 || now < before[0]) {
                        before[0] = now;
                    }
                    return now >= before[0] + 2;
                });
    }

    /** Stops a job with a savepoint and returns the savepoint's path. */
    public String stopWithSavepoint(String job)
            throws IOException, InterruptedException, TimeoutException {
        ObjectNode body = JSON.createObjectNode().put("drain", false);
        String trigger = post("/jobs/" + job + "/stop", body).path("request-id").asText();
        JsonNode[] status = {null};
        Eventually.holds(
                "the savepoint of job " + job,
                PATIENCE,
                () -> {
                    status[0] = get("/jobs/" + job + "/savepoints/" + trigger);
                    return status[0].at("/status/id").asText().equals("COMPLETED");
                });
        JsonNode operation = status[0].path("operation");
        if (!operation.has("location")) {
            throw new IOException(operation.toString());
        }
        Eventually.holds("job " + job + " ends", PATIENCE, () -> state(job).equals("FINISHED"));
        return operation.path("location").asText();
    }

    /** Cancels a job and waits until it has ended. */
    public void cancel(String job) throws IOException, InterruptedException, TimeoutException {
        send(request("/jobs/" + job).method("PATCH", HttpRequest.BodyPublishers.noBody()));
        Eventually.holds(
                "job " + job + " ends",
                PATIENCE,
                () -> List.of("CANCELED", "FINISHED", "FAILED").contains(state(job)));
    }

    /** The body of any resource. */
    public String text(String path) throws IOException, InterruptedException {
        return HTTP.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    /** Any resource. */
    public JsonNode get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    private JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address + path)).timeout(PATIENCE);
    }

    private static JsonNode send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        HttpResponse<String> response =
                HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new IOException(
                    request.build().uri() + ": " + response.statusCode() + " " + response.body());
        }
        return JSON.readTree(response.body().isEmpty() ? "{}" : response.body());
    }
}
