package dev.flinkreranker.tests.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flinkreranker.tests.rig.FlinkRest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every resource of the REST API that could show a configuration, a graph or a log. */
final class RestTexts {

    private RestTexts() {}

    /** The texts of a job and its cluster by path. */
    static Map<String, String> of(FlinkRest rest, String job) throws Exception {
        List<String> paths = new ArrayList<>();
        for (String of :
                List.of(
                        "",
                        "/config",
                        "/plan",
                        "/exceptions",
                        "/checkpoints",
                        "/checkpoints/config",
                        "/accumulators",
                        "/jobmanager/config",
                        "/jobmanager/environment")) {
            paths.add("/jobs/" + job + of);
        }
        for (JsonNode vertex : rest.get("/jobs/" + job).path("vertices")) {
            paths.add("/jobs/" + job + "/vertices/" + vertex.path("id").asText());
        }
        paths.addAll(
                List.of(
                        "/config",
                        "/jobmanager/config",
                        "/jobmanager/environment",
                        "/jobmanager/thread-dump"));
        for (JsonNode taskManager : rest.get("/taskmanagers").path("taskmanagers")) {
            String id = taskManager.path("id").asText();
            paths.add("/taskmanagers/" + id);
            paths.add("/taskmanagers/" + id + "/thread-dump");
        }
        Map<String, String> texts = new TreeMap<>();
        for (String path : paths) {
            String text = rest.text(path);
            assertThat(text).as(path).doesNotContain("Not found", "Unable to load requested file");
            texts.put(path, text);
        }
        return texts;
    }
}
