package dev.flinkreranker.workbench.replay.plan;

import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.RequestWide;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.operators.tenant.TenantDirectory;
import dev.flinkreranker.operators.tenant.TenantRoute;
import dev.flinkreranker.operators.tenant.UnknownTenant;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan.FileState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One way to rerank that a replay tries: tenants with their configs, as the stream has them.
 *
 * @param name unique, fit for a file name
 * @param tenants who gets what; limits of time and share play no part in a replay
 * @param models by alias, as tenants and requests name them
 * @param files of the models' directories as they were, so that a model that was trained anew is
 *     another
 */
public record ReplayConfiguration(
        String name,
        TenantDirectory tenants,
        Map<String, ModelReference> models,
        List<FileState> files) {

    /** Names the order of the input wherever configurations are named. */
    public static final String FIRST_STAGE = "first-stage";

    /** Names what production answered. */
    public static final String LIVE = "live";

    /** Copies, and refuses a name that is no file name, and the name of the first stage. */
    public ReplayConfiguration {
        models = Map.copyOf(models);
        files = List.copyOf(files);
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._=,-]{0,99}")
                || name.equals(FIRST_STAGE)
                || name.equals(LIVE)) {
            throw new IllegalArgumentException(
                    "a configuration's name is made of letters, digits and ._=,- (at most 100) and"
                            + " is neither first-stage nor live, but there is \""
                            + name
                            + "\"");
        }
    }

    /** One config for all tenants. */
    public static ReplayConfiguration of(
            String name,
            TenantConfig config,
            Map<String, ModelReference> models,
            List<FileState> files) {
        return new ReplayConfiguration(
                name, new TenantDirectory(config, Map.of(), UnknownTenant.DEFAULTS), models, files);
    }

    /**
     * What its config interleaves with, tried by itself: with the same routes and overrides.
     * Nothing where it interleaves with nothing, or tenants have configs of their own.
     */
    public List<ReplayConfiguration> second() {
        TenantConfig config = tenants.defaults();
        if (!tenants.tenants().isEmpty() || config.interleave() == null) {
            return List.of();
        }
        return List.of(
                of(
                        name + "-" + config.interleave().name(),
                        new TenantConfig(
                                config.version(),
                                config.interleave().settings(),
                                config.overrides(),
                                config.routes(),
                                null,
                                null),
                        models,
                        files));
    }

    /** Whether another one gives the same answers, whatever its name. */
    public boolean isAlike(ReplayConfiguration other) {
        return tenants.equals(other.tenants)
                && models.equals(other.models)
                && files.equals(other.files);
    }

    /** The models as the stream's resolution takes them. */
    public ModelCatalog catalog() {
        return new ModelCatalog(models);
    }

    /**
     * The settings that every request gets unless it brings its own; null where they depend on
     * tenant or route.
     */
    public @Nullable RerankSettings common() {
        return tenants.tenants().isEmpty() && tenants.defaults().routes().isEmpty()
                ? tenants.defaults().settings()
                : null;
    }

    /** Whether requests may bring settings that change what they are ranked by. */
    public boolean leavesRankingToRequests() {
        return !RequestWide.FIELDS.containsAll(tenants.defaults().overrides());
    }

    /** All settings that its configs have, by where they stand. */
    public Map<String, RerankSettings> settings() {
        Map<String, RerankSettings> all = new TreeMap<>();
        boolean alone = tenants.tenants().isEmpty();
        add(alone ? name : name + ".defaults", tenants.defaults(), all);
        tenants.tenants()
                .forEach((tenant, config) -> add(name + ".tenants." + tenant, config, all));
        return all;
    }

    private static void add(String path, TenantConfig config, Map<String, RerankSettings> all) {
        all.put(path, config.settings());
        for (TenantRoute route : config.routes()) {
            all.put(path + ".routes." + route.name(), route.settings());
        }
        if (config.interleave() != null) {
            all.put(path + ".interleave", config.interleave().settings());
        }
    }

    /** The models that its configs name. */
    public List<ModelReference> named() {
        List<ModelReference> named = new ArrayList<>();
        for (RerankSettings settings : settings().values()) {
            if (!settings.passesThrough()) {
                settings.cascade().stream()
                        .map(stage -> models.get(stage.settings().model()))
                        .filter(model -> !named.contains(model))
                        .forEach(named::add);
            }
        }
        return named;
    }
}
