package dev.flinkreranker.workbench.replay.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.job.config.Yaml;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.config.StrictReader;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.TenantConfigReader;
import dev.flinkreranker.runtime.checkpoint.HubCache;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads configurations: YAML files with the fields of a tenant, where {@code model} is a checkpoint
 * directory (relative to the file), with {@code compute_type} and {@code device} beside them; and
 * files of jobs.
 */
public final class ConfigurationReader {
    /** Fields by which a job's file is told from a tenant's. */
    private static final List<String> JOBS_OWN =
            List.of("requests", "results", "models", "defaults", "tenants");

    private ConfigurationReader() {}

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
        List<ConfigurationDraft> drafts = new ArrayList<>();
        List<ReplayConfiguration> configurations = new ArrayList<>();
        for (Path file : files) {
            ConfigurationDraft draft = draft(file);
            if (JOBS_OWN.stream().noneMatch(draft.fields()::has)) {
                drafts.add(draft);
            } else if (grids.isEmpty()) {
                configurations.add(job(file));
            } else {
                throw new IllegalArgumentException(
                        "--grid varies a tenant's fields, but " + file + " has a whole job's");
            }
        }
        if (model != null) {
            drafts.add(ofModel(model));
        }
        boolean onlyFile = drafts.size() == 1;
        for (Grid grid : grids) {
            drafts = drafts.stream().flatMap(draft -> draft.vary(grid).stream()).toList();
        }
        for (ConfigurationDraft draft : drafts) {
            configurations.addAll(configurations(draft, draft.name(onlyFile)));
        }
        return configurations;
    }

    /**
     * The only configuration to try, before its fields are read.
     *
     * @throws IllegalArgumentException when there are none or several, or a whole job's
     */
    public static ConfigurationDraft only(List<Path> files, @Nullable Path model, List<Grid> grids)
            throws IOException {
        if (files.size() + (model == null ? 0 : 1) != 1) {
            throw new IllegalArgumentException("name one configuration: --config or --model");
        }
        ConfigurationDraft draft = model == null ? draft(files.get(0)) : ofModel(model);
        if (JOBS_OWN.stream().anyMatch(draft.fields()::has)) {
            throw new IllegalArgumentException(
                    files.get(0) + " has a whole job's fields; name a file with one tenant's");
        }
        for (Grid grid : grids) {
            if (grid.values().size() > 1) {
                throw new IllegalArgumentException(
                        "--grid %s has several values, but one configuration is wanted"
                                .formatted(grid.field()));
            }
            draft = draft.vary(grid).get(0);
        }
        return draft;
    }

    /**
     * The configuration that a draft is of, and the one that it is interleaved with.
     *
     * @throws InvalidConfigException with every violation
     */
    public static List<ReplayConfiguration> read(ConfigurationDraft draft) throws IOException {
        return configurations(draft, draft.name(true));
    }

    private static ConfigurationDraft ofModel(Path model) {
        Path directory = model.toAbsolutePath().normalize();
        ObjectNode fields =
                JsonNodeFactory.instance.objectNode().put("model", directory.toString());
        return new ConfigurationDraft(fileName(directory), "", fields, directory);
    }

    private static ConfigurationDraft draft(Path file) throws IOException {
        if (!(Yaml.read(file) instanceof ObjectNode fields)) {
            throw new InvalidConfigException(file + " must be a map of fields");
        }
        return new ConfigurationDraft(name(file), "", fields, file.toAbsolutePath().getParent());
    }

    /** The configuration of a draft, and the one that it is interleaved with. */
    private static List<ReplayConfiguration> configurations(ConfigurationDraft draft, String name)
            throws IOException {
        ObjectNode fields = draft.fields().deepCopy();
        ComputeType computeType = computeType(name, fields.remove("compute_type"));
        JsonNode device = fields.remove("device");
        String on = device == null || device.isNull() ? "cpu" : device.asText();
        JsonNode base = fields.remove("base");
        if (!fields.path("model").isTextual()) {
            throw new InvalidConfigException(
                    name + ".model is missing: name a checkpoint directory, or none");
        }
        Map<String, ModelReference> models = new TreeMap<>();
        for (ObjectNode settings : withModels(fields)) {
            if (!settings.get("model").asText().equals(RerankSettings.NO_MODEL)) {
                Path directory = directory(draft, settings.get("model"));
                settings.put(
                        "model",
                        alias(
                                directory,
                                new ModelReference(
                                        directory.toString(),
                                        computeType,
                                        on,
                                        null,
                                        null,
                                        settings == fields ? base(draft, base) : null,
                                        null),
                                models));
            }
        }
        ReplayConfiguration own =
                ReplayConfiguration.of(
                        name,
                        new TenantConfigReader(new ModelCatalog(models)).read(fields, null, name),
                        models,
                        ModelFiles.of(models.values()));
        List<ReplayConfiguration> all = new ArrayList<>(List.of(own));
        all.addAll(own.second());
        return all;
    }

    /** Where a configuration may name a model: itself, its routes, its second, stages of each. */
    private static List<ObjectNode> withModels(ObjectNode fields) {
        List<JsonNode> places = new ArrayList<>(List.of(fields));
        places.add(fields.path("interleave").path("settings"));
        fields.path("routes").forEach(route -> places.add(route.path("settings")));
        List.copyOf(places).forEach(place -> place.path("stages").forEach(places::add));
        return places.stream()
                .filter(place -> place.path("model").isTextual())
                .map(ObjectNode.class::cast)
                .toList();
    }

    /** The directory's name, with as many of its parents' as tell it from the others. */
    private static String alias(
            Path directory, ModelReference reference, Map<String, ModelReference> taken) {
        int names = directory.getNameCount();
        for (int i = names - 1; i >= 0; i--) {
            String alias = directory.subpath(i, names).toString();
            if (!alias.equals(RerankSettings.NO_MODEL)
                    && (!taken.containsKey(alias) || taken.get(alias).equals(reference))) {
                taken.put(alias, reference);
                return alias;
            }
        }
        return directory.toString();
    }

    /** Of an adapter; null for the one that it names itself. */
    private static @Nullable String base(ConfigurationDraft draft, @Nullable JsonNode base)
            throws IOException {
        return base == null || base.isNull() ? null : directory(draft, base).toString();
    }

    private static Path directory(ConfigurationDraft draft, JsonNode model) throws IOException {
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

    /** A job's file as it is: its models, and its tenants' configs. */
    private static ReplayConfiguration job(Path file) throws IOException {
        JobConfig job = JobConfigReader.read(file);
        Map<String, ModelReference> models = job.catalog().models();
        for (ModelReference model : models.values()) {
            if (!model.isHere()) {
                throw new NoSuchFileException(
                        model.directory(), null, "no such model directory, as " + file + " names");
            }
        }
        return new ReplayConfiguration(
                name(file), job.directory(), models, ModelFiles.of(models.values()));
    }

    private static String name(Path file) {
        return fileName(file).replaceFirst("\\.ya?ml$", "");
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
