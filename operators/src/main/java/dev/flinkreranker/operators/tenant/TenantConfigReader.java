package dev.flinkreranker.operators.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.runtime.model.ModelDescriptor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * Reads tenants' configs and refuses those that could not work: by their own fields, by the names
 * of the catalogue, and by what their models can do, as far as that is known here. Configs of the
 * job's file, of the topic and of the command line are checked here alike.
 */
@Internal
public final class TenantConfigReader {

    private final ModelCatalog catalog;
    private final ModelDescriptions models = new ModelDescriptions();

    /**
     * @param catalog the models that may be named
     */
    public TenantConfigReader(ModelCatalog catalog) {
        this.catalog = catalog;
    }

    /**
     * Reads a config.
     *
     * @param tree the tenant's fields
     * @param defaults fields for those that the tenant does not set
     * @param path where the tree stands, for messages
     * @throws InvalidConfigException with every violation, each beginning with the field's path
     */
    public TenantConfig read(@Nullable JsonNode tree, @Nullable JsonNode defaults, String path) {
        TenantConfig config = TenantConfig.read(tree, defaults, path);
        List<String> own = violations(config.settings());
        List<String> violations = new ArrayList<>(own.stream().map(v -> path + "." + v).toList());
        Set<String> inherited = new HashSet<>(own);
        for (int i = 0; i < config.routes().size(); i++) {
            String prefix = path + ".routes[" + i + "].settings.";
            TenantRoute route = config.routes().get(i);
            addNew(route.settings(), prefix, inherited, violations);
            addNew(route.whenLate(), prefix + "when_late.", inherited, violations);
        }
        if (config.interleave() != null) {
            RerankSettings second = config.interleave().settings();
            addNew(second, path + ".interleave.settings.", inherited, violations);
        }
        addNew(config.whenLate(), path + ".when_late.", inherited, violations);
        if (!violations.isEmpty()) {
            throw new InvalidConfigException(violations);
        }
        return config;
    }

    private void addNew(
            @Nullable RerankSettings settings,
            String prefix,
            Set<String> inherited,
            List<String> violations) {
        if (settings != null) {
            violations(settings).stream()
                    .filter(violation -> !inherited.contains(violation))
                    .forEach(violation -> violations.add(prefix + violation));
        }
    }

    /** What stands against settings, one line each, beginning with the field. */
    List<String> violations(RerankSettings settings) {
        List<String> own = ofModel(settings);
        Set<String> violations = new LinkedHashSet<>(own);
        if (!settings.passesThrough() && settings.stages() != null) {
            addOfStages(settings, own, violations);
        }
        CalibrationRules.ofModels(
                        settings,
                        alias ->
                                Optional.ofNullable(catalog.models().get(alias))
                                        .flatMap(models::fingerprint))
                .ifPresent(violations::add);
        return List.copyOf(violations);
    }

    private void addOfStages(RerankSettings settings, List<String> own, Set<String> violations) {
        List<Stage> cascade = settings.cascade();
        for (int i = 0; i < cascade.size(); i++) {
            String path = StageRules.path(settings.firstStage() + i) + ".";
            ofModel(cascade.get(i).settings()).stream()
                    .filter(violation -> !own.contains(violation))
                    .forEach(violation -> violations.add(path + violation));
        }
    }

    private List<String> ofModel(RerankSettings settings) {
        String alias = settings.model();
        if (!catalog.knows(alias)) {
            return List.of("model: " + catalog.unknown(alias));
        }
        if (settings.passesThrough()) {
            return List.of();
        }
        Optional<ModelDescriptor> model = models.find(catalog.models().get(alias));
        return model.map(
                        descriptor ->
                                Stream.of(
                                                descriptor.check(settings.scoring()),
                                                descriptor.check(settings.tokenization()))
                                        .flatMap(List::stream)
                                        .toList())
                .orElse(List.of());
    }
}
