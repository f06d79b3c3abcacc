package dev.flinkreranker.operators.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.config.StrictReader;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * A second configuration as it stands in a config: a tenant's {@code interleave}. Requests that no
 * route takes, and that bring no setting of the ranking themselves, are ranked by both.
 *
 * @param name letters, digits and {@code . _ -}, at most 64
 * @param settings fields of {@link RerankSettings} for those that differ from the tenant's; of the
 *     ranking only
 */
@Internal
public record InterleaveConfig(@Nullable String name, @Nullable JsonNode settings) {

    /**
     * Reads a tenant's second configuration.
     *
     * @param interleave the field, if there is one
     * @param tenant the tenant's own fields, which the second configuration inherits
     * @param path where the field stands, for messages
     * @throws InvalidConfigException with every violation
     */
    static @Nullable Interleaving read(
            @Nullable JsonNode interleave, ObjectNode tenant, String path) {
        if (interleave == null || interleave.isNull()) {
            return null;
        }
        return StrictReader.read(interleave, InterleaveConfig.class, path).checked(tenant, path);
    }

    private Interleaving checked(ObjectNode tenant, String path) {
        SecondSettings.checkName(name, path);
        SecondSettings.checkFields(settings, path);
        List<String> violations = RequestWide.among(settings, path + ".settings");
        RerankSettings own =
                TenantConfig.settings(StrictReader.merge(tenant, settings), path + ".settings");
        if (own.passesThrough() && tenant.path("model").asText().equals(RerankSettings.NO_MODEL)) {
            violations.add("%s: one side needs a model, but both have model none".formatted(path));
        }
        if (!violations.isEmpty()) {
            throw new InvalidConfigException(violations);
        }
        return new Interleaving(name, own);
    }
}
