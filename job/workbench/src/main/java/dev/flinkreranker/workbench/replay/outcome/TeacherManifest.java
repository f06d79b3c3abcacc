package dev.flinkreranker.workbench.replay.outcome;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.config.StrictReader;
import dev.flinkreranker.runtime.checkpoint.Sha256Sums;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.workbench.replay.plan.ReplayConfiguration;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a {@link TeacherFile} was made of, so that scores are never taken for another model's.
 *
 * @param sha256 of the file of triples, as it lies on disk
 * @param triples lines of it
 * @param configurations whose scores stand in it
 */
record TeacherManifest(String sha256, long triples, List<Entry> configurations) {

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .build();

    /**
     * A configuration.
     *
     * @param name as in the triples
     * @param model the checkpoint directory
     * @param modelSha256 of the directory's files, by name
     * @param computeType in which it was run
     * @param device on which it was run
     * @param settings complete, as a tenant's
     * @param settingsSha256 of {@code settings} as compact JSON
     */
    record Entry(
            String name,
            String model,
            Map<String, String> modelSha256,
            String computeType,
            String device,
            ObjectNode settings,
            String settingsSha256) {

        static Entry of(ReplayConfiguration configuration) throws IOException {
            ObjectNode settings = StrictReader.tree(configuration.common());
            ModelReference model = configuration.models().get(configuration.common().model());
            return new Entry(
                    configuration.name(),
                    model.directory(),
                    Sha256Sums.of(model.path()).digests(),
                    model.computeType().name().toLowerCase(Locale.ROOT),
                    model.device(),
                    settings,
                    Sha256Sums.digest(
                            new ByteArrayInputStream(
                                    settings.toString().getBytes(StandardCharsets.UTF_8))));
        }
    }

    static TeacherManifest of(ReplayPlan plan, long triples, Path file) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (ReplayConfiguration configuration : plan.configurations()) {
            entries.add(Entry.of(configuration));
        }
        try (InputStream in = Files.newInputStream(file)) {
            return new TeacherManifest(Sha256Sums.digest(in), triples, List.copyOf(entries));
        }
    }

    void write(Path file) throws IOException {
        Files.writeString(
                file, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
    }
}
