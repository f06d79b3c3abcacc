package dev.flinkreranker.workbench.replay.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.workbench.replay.input.OnProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * All that decides a replay's output. Two replays of equal plans write equal bytes, so an
 * interrupted one may be resumed exactly when the plan is the same.
 *
 * @param sources the files named by the user
 * @param files the request logs read, in order
 * @param configurations at least one, names unique
 * @param blockLines lines scored together, at least 1
 * @param batchTokens most tokens of one call of a model, padding included, at least 8
 * @param parallelism blocks scored side by side, at least 1
 * @param onProblem what happens at a bad line
 * @param ownSettings whether a request's own settings count, as in the stream
 */
public record ReplayPlan(
        List<FileState> sources,
        List<Path> files,
        List<ReplayConfiguration> configurations,
        int blockLines,
        int batchTokens,
        int parallelism,
        OnProblem onProblem,
        boolean ownSettings) {

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    // A record is its components: questions that it answers are none of them.
                    .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
                    .build();

    /** Copies the lists and checks the names. */
    public ReplayPlan {
        sources = List.copyOf(sources);
        files = List.copyOf(files);
        configurations = List.copyOf(configurations);
        long names = configurations.stream().map(ReplayConfiguration::name).distinct().count();
        if (configurations.isEmpty() || names < configurations.size()) {
            throw new IllegalArgumentException(
                    "a replay needs at least one configuration, each with a name of its own");
        }
    }

    /** The same of other configurations. */
    ReplayPlan with(List<ReplayConfiguration> others) {
        return new ReplayPlan(
                sources,
                files,
                others,
                blockLines,
                batchTokens,
                parallelism,
                onProblem,
                ownSettings);
    }

    /**
     * A file as it was.
     *
     * @param path absolute
     * @param bytes its size
     * @param modified when it was last written, in milliseconds since 1970
     */
    public record FileState(String path, long bytes, long modified) {
        public static FileState of(Path file) throws IOException {
            return new FileState(
                    file.toAbsolutePath().normalize().toString(),
                    Files.size(file),
                    Files.getLastModifiedTime(file).toMillis());
        }
    }

    /** The plan as text, equal for equal plans. */
    public String toJson() {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of plain values is always writable", e);
        }
    }

    /** A name made of all that the plan says. */
    String fingerprint() {
        return Fingerprint.of(toJson());
    }

    public static ReplayPlan fromJson(String json) {
        try {
            return MAPPER.readValue(json, ReplayPlan.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "not the plan of a replay of this version; name another directory", e);
        }
    }
}
