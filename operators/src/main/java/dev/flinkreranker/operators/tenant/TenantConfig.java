package dev.flinkreranker.operators.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.config.FieldPath;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.config.NearestName;
import dev.flinkreranker.operators.config.StrictReader;
import dev.flinkreranker.operators.request.RerankRequest;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's configuration. On the wire it is one flat object: the fields of {@link
 * RerankSettings}, {@code version}, {@code overrides}, {@code routes} (a list of {@link
 * RouteConfig}), {@code interleave} (an {@link InterleaveConfig}) and {@code when_late} (fields of
 * {@link RerankSettings}).
 *
 * @param version orders the configs of a tenant, and is told in results; 0 when the file names none
 * @param settings what its requests get
 * @param overrides names of the settings that its requests may bring themselves
 * @param routes other settings for some requests; the first that matches applies
 * @param interleave a second configuration that requests are ranked by too, if there is one
 * @param whenLate what a request is ranked by that would miss its deadline otherwise, if there is
 *     something: fields that differ from the tenant's, without its stages, and that ask for less
 */
@Internal
public record TenantConfig(
        Long version,
        RerankSettings settings,
        List<String> overrides,
        List<TenantRoute> routes,
        @Nullable Interleaving interleave,
        @Nullable RerankSettings whenLate)
        implements Serializable {

    private static final String OVERRIDES = "overrides";
    private static final String ROUTES = "routes";
    private static final String INTERLEAVE = "interleave";

    /** Copies the lists. */
    public TenantConfig {
        overrides = List.copyOf(overrides);
        routes = List.copyOf(routes);
    }

    /**
     * Reads a config.
     *
     * @param tree the tenant's fields
     * @param defaults fields for those that the tenant does not set. A tenant's explicit null takes
     *     the built-in default instead.
     * @param path where the tree stands, for messages
     * @throws InvalidConfigException with every violation
     */
    public static TenantConfig read(
            @Nullable JsonNode tree, @Nullable JsonNode defaults, String path) {
        if (tree != null && !tree.isNull() && !tree.isObject()) {
            throw new InvalidConfigException(path + " must be a map of fields");
        }
        ObjectNode merged = StrictReader.merge(defaults, tree);
        // A version counts the changes of one tenant, so it is never inherited.
        merged.remove(TenantRecords.VERSION);
        long version = version(tree == null ? null : tree.get(TenantRecords.VERSION), path);
        List<String> overrides = overrides(merged.remove(OVERRIDES), path);
        JsonNode routes = merged.remove(ROUTES);
        JsonNode interleave = merged.remove(INTERLEAVE);
        JsonNode whenLate = merged.remove(WhenLate.FIELD);
        RerankSettings settings = settings(merged, path);
        return new TenantConfig(
                version,
                settings,
                overrides,
                RouteConfig.read(routes, merged, whenLate, FieldPath.of(path, ROUTES)),
                InterleaveConfig.read(interleave, merged, FieldPath.of(path, INTERLEAVE)),
                WhenLate.read(whenLate, merged, settings, FieldPath.of(path, WhenLate.FIELD)));
    }

    /** The settings of a request: those of the first route that matches it, or the tenant's. */
    ResolvedSettings settingsOf(RerankRequest request) {
        return routes.stream()
                .filter(route -> route.when().matches(request))
                .findFirst()
                .map(
                        route ->
                                new ResolvedSettings(
                                        route.settings(), route.name(), null, route.whenLate()))
                .orElse(new ResolvedSettings(settings, null, interleave, whenLate));
    }

    /** Binds and checks settings. */
    static RerankSettings settings(JsonNode tree, String path) {
        RerankSettings settings = StrictReader.read(tree, RerankSettings.class, path);
        List<String> violations = SettingsRules.violations(settings);
        if (!violations.isEmpty()) {
            throw new InvalidConfigException(
                    violations.stream().map(v -> FieldPath.of(path, v)).toList());
        }
        return settings;
    }

    private static long version(@Nullable JsonNode node, String path) {
        if (node == null || node.isNull()) {
            return 0;
        }
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
            throw new InvalidConfigException(
                    FieldPath.of(path, TenantRecords.VERSION)
                            + " must be an integer of 0 and up, but is "
                            + node);
        }
        return node.longValue();
    }

    private static List<String> overrides(@Nullable JsonNode node, String path) {
        if (node == null || node.isNull()) {
            return Overrides.BY_DEFAULT;
        }
        if (!node.isArray()) {
            throw new InvalidConfigException(
                    FieldPath.of(path, OVERRIDES) + " must be a list of names");
        }
        List<String> names = new ArrayList<>();
        for (JsonNode name : node) {
            if (!name.isTextual() || !Overrides.POSSIBLE.contains(name.textValue())) {
                throw new InvalidConfigException(
                        "%s has %s, which a request cannot bring%s"
                                .formatted(
                                        FieldPath.of(path, OVERRIDES),
                                        name,
                                        NearestName.hint(name.asText(), Overrides.POSSIBLE)));
            }
            names.add(name.textValue());
        }
        return names;
    }
}
