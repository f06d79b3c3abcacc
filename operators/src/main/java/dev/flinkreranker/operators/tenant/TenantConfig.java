package dev.flinkreranker.operators.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.config.NearestName;
import dev.flinkreranker.operators.config.StrictReader;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * A tenant's configuration. On the wire it is one flat object: the fields of {@link
 * RerankSettings}, {@code version} and {@code overrides}.
 *
 * @param version orders the configs of a tenant, and is told in results; 0 when the file names none
 * @param settings what its requests get
 * @param overrides names of the settings that its requests may bring themselves
 */
public record TenantConfig(Long version, RerankSettings settings, List<String> overrides)
        implements Serializable {

    private static final String OVERRIDES = "overrides";
    private static final String VERSION = "version";

    /** Copies the list. */
    public TenantConfig {
        overrides = List.copyOf(overrides);
    }

    /**
     * Reads a config.
     *
     * @param tree the tenant's fields; null for none
     * @param defaults fields for those that the tenant does not set; null for none. A tenant's
     *     explicit null takes the built-in default instead.
     * @param path where the tree stands, for messages
     * @throws InvalidConfigException with every violation
     */
    public static TenantConfig read(JsonNode tree, JsonNode defaults, String path) {
        if (tree != null && !tree.isNull() && !tree.isObject()) {
            throw new InvalidConfigException(path + " must be a map of fields");
        }
        ObjectNode merged = StrictReader.merge(defaults, tree);
        // A version counts the changes of one tenant, so it is never inherited.
        merged.remove(VERSION);
        long version = version(tree == null ? null : tree.get(VERSION), path);
        List<String> overrides = overrides(merged.remove(OVERRIDES), path);
        return new TenantConfig(version, settings(merged, path), overrides);
    }

    /** Binds and checks settings. */
    static RerankSettings settings(JsonNode tree, String path) {
        RerankSettings settings = StrictReader.read(tree, RerankSettings.class, path);
        List<String> violations = SettingsRules.violations(settings);
        if (!violations.isEmpty()) {
            String prefix = path.isEmpty() ? "" : path + ".";
            throw new InvalidConfigException(violations.stream().map(v -> prefix + v).toList());
        }
        return settings;
    }

    private static long version(JsonNode node, String path) {
        if (node == null || node.isNull()) {
            return 0;
        }
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
            throw new InvalidConfigException(
                    path + "." + VERSION + " must be an integer of 0 and up, but is " + node);
        }
        return node.longValue();
    }

    private static List<String> overrides(JsonNode node, String path) {
        if (node == null || node.isNull()) {
            return Overrides.BY_DEFAULT;
        }
        if (!node.isArray()) {
            throw new InvalidConfigException(path + "." + OVERRIDES + " must be a list of names");
        }
        List<String> names = new ArrayList<>();
        for (JsonNode name : node) {
            if (!name.isTextual() || !Overrides.POSSIBLE.contains(name.textValue())) {
                throw new InvalidConfigException(
                        "%s.%s has %s, which a request cannot bring%s"
                                .formatted(
                                        path,
                                        OVERRIDES,
                                        name,
                                        NearestName.hint(name.asText(), Overrides.POSSIBLE)));
            }
            names.add(name.textValue());
        }
        return names;
    }
}
