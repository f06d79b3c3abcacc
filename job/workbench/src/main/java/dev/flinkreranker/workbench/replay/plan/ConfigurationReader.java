package dev.flinkreranker.workbench.replay.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.job.config.Yaml;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.config.StrictReader;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.runtime.checkpoint.HubCache;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads configurations: YAML files with the fields of a tenant, where {@code model} is a checkpoint
 * directory (relative to the file), with {@code compute_type} and {@code device} beside them.
 */
public final class ConfigurationReader {
    private ConfigurationReader() {}

    /**
     * A configuration in the making.
     *
     * @param file name of the file or model it comes from
     * @param variation the values that vary, as {@code field=value}; empty when none does
     * @param fields as in the file
     * @param base where a relative directory counts from
     */
    private record Draft(String file, String variation, ObjectNode fields, Path base) {
        String name(boolean onlyFile) {
            if (variation.isEmpty()) {
                return file;
            }
            return onlyFile ? variation : file + "-" + variation;
        }
    }

    /**
     * Reads the configurations to try: every file, and every combination of the grids over it.
     *
     * @param files YAML files; may be empty when there is a model
     * @param model a checkpoint directory to try with every default; null for none
     * @param grids fields to vary
     * @throws InvalidConfigException with every violation
     */
    public static List<ReplayConfiguration> read(
            List<Path> files, @Nullable Path model, List<Grid> grids) throws IOException {
        List<Draft> drafts = new ArrayList<>();
        for (Path file : files) {
            drafts.add(draft(file));
        }
        if (model != null) {
            Path directory = model.toAbsolutePath().normalize();
            ObjectNode fields =
                    JsonNodeFactory.instance.objectNode().put("model", directory.toString());
            drafts.add(new Draft(fileName(directory), "", fields, directory));
        }
        boolean onlyFile = drafts.size() == 1;
        for (Grid grid : grids) {
            drafts = vary(drafts, grid);
        }
        List<ReplayConfiguration> configurations = new ArrayList<>();
        for (Draft draft : drafts) {
            configurations.addAll(configurations(draft, draft.name(onlyFile)));
        }
        return configurations;
    }

    private static Draft draft(Path file) throws IOException {
        if (!(Yaml.read(file) instanceof ObjectNode fields)) {
            throw new InvalidConfigException(file + " must be a map of fields");
        }
        String name = fileName(file).replaceFirst("\\.ya?ml$", "");
        return new Draft(name, "", fields, file.toAbsolutePath().getParent());
    }

    private static List<Draft> vary(List<Draft> drafts, Grid grid) {
        List<Draft> varied = new ArrayList<>();
        for (Draft draft : drafts) {
            for (String value : grid.values()) {
                ObjectNode fields = draft.fields().deepCopy();
                fields.set(grid.field(), grid.value(value));
                String variation = draft.variation();
                if (grid.values().size() > 1) {
                    String own = grid.field() + "=" + value;
                    variation += (variation.isEmpty() ? "" : ",") + own;
                }
                varied.add(
                        new Draft(
                                draft.file(),
                                variation.replaceAll("[^A-Za-z0-9._=,-]", "_"),
                                fields,
                                draft.base()));
            }
        }
        return varied;
    }

    /** The configuration of a draft, and the one that it is interleaved with. */
    private static List<ReplayConfiguration> configurations(Draft draft, String name)
            throws IOException {
        ObjectNode fields = draft.fields().deepCopy();
        ComputeType computeType = computeType(name, fields.remove("compute_type"));
        JsonNode device = fields.remove("device");
        JsonNode model = fields.get("model");
        if (model == null || !model.isTextual()) {
            throw new InvalidConfigException(
                    name + ".model is missing: name a checkpoint directory");
        }
        Path directory = directory(draft, model);
        fields.put("model", fileName(directory));
        Path otherDirectory = directory;
        if (fields.path("interleave").path("settings") instanceof ObjectNode other
                && other.path("model").isTextual()) {
            otherDirectory = directory(draft, other.get("model"));
            other.put("model", fileName(otherDirectory));
        }
        if (fields.has("routes")) {
            throw new InvalidConfigException(
                    name
                            + ".routes: a replay takes the same settings for all requests; make"
                            + " each route's a configuration of its own");
        }
        String on = device == null || device.isNull() ? "cpu" : device.asText();
        TenantConfig config = TenantConfig.read(fields, null, name);
        ReplayConfiguration own =
                new ReplayConfiguration(
                        name,
                        new ModelReference(directory.toString(), computeType, on),
                        config.settings(),
                        config.interleave());
        if (config.interleave() == null) {
            return List.of(own);
        }
        return List.of(
                own,
                new ReplayConfiguration(
                        own.otherName(),
                        new ModelReference(otherDirectory.toString(), computeType, on),
                        config.interleave().settings(),
                        null));
    }

    private static Path directory(Draft draft, JsonNode model) throws IOException {
        Path directory = draft.base().resolve(model.textValue()).normalize();
        if (Files.isDirectory(directory)) {
            return directory;
        }
        HubCache cache = HubCache.ofProcess();
        if (!cache.has(Path.of(model.textValue()))) {
            throw new NoSuchFileException(directory.toString(), null, "no such model directory");
        }
        return cache.folder(model.textValue());
    }

    private static ComputeType computeType(String name, @Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return ComputeType.AUTO;
        }
        ObjectNode field = JsonNodeFactory.instance.objectNode();
        field.set("compute_type", value);
        return StrictReader.read(field, Compute.class, name).computeType();
    }

    /** The one field that is no tenant's, read as strictly as the others. */
    private record Compute(ComputeType computeType) {}

    private static String fileName(Path path) {
        Path name = path.getFileName();
        return name == null ? "root" : name.toString();
    }
}
