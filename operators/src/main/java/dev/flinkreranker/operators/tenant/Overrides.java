package dev.flinkreranker.operators.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.config.StrictReader;
import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import java.util.List;
import java.util.Set;

/** The settings that a request may bring itself, and how they are laid over its tenant's. */
public final class Overrides {

    /** Every setting that a tenant may leave to its requests. */
    public static final Set<String> POSSIBLE =
            Set.of(
                    "model",
                    "cutoff_layers",
                    "compress_ratio",
                    "compress_layers",
                    "max_length",
                    "query_max_length",
                    "prompt",
                    "query_instruction",
                    "passage_instruction",
                    "normalize",
                    "top_n",
                    "min_score",
                    "return_documents",
                    "return_query",
                    "max_candidates",
                    "deadline_ms");

    /** Those that requests may bring where a tenant's config does not say. */
    static final List<String> BY_DEFAULT =
            List.of("top_n", "return_documents", "return_query", "deadline_ms");

    /** Where the tenant's own value is the most a request may ask for. */
    private static final List<String> LIMITED =
            List.of("max_length", "query_max_length", "max_candidates", "deadline_ms");

    private Overrides() {}

    /**
     * The tenant's settings with a request's laid over them.
     *
     * @param overrides by their names in a config; possibly empty
     * @throws RejectedEventException if one is not allowed, beyond the tenant's limit, or wrong
     */
    static RerankSettings apply(TenantConfig config, ObjectNode overrides)
            throws RejectedEventException {
        if (overrides.isEmpty()) {
            return config.settings();
        }
        List<String> names = overrides.properties().stream().map(f -> f.getKey()).toList();
        for (String name : names) {
            if (!config.overrides().contains(name)) {
                throw new RejectedEventException(
                        ReasonCode.OVERRIDE_NOT_ALLOWED,
                        name
                                + " may not be set by a request of this tenant; its overrides are "
                                + config.overrides());
            }
        }
        ObjectNode tenant = StrictReader.tree(config.settings());
        for (String name : LIMITED) {
            JsonNode wanted = overrides.get(name);
            JsonNode limit = tenant.get(name);
            if (wanted != null
                    && wanted.isIntegralNumber()
                    && limit.isIntegralNumber()
                    && wanted.bigIntegerValue().compareTo(limit.bigIntegerValue()) > 0) {
                throw new RejectedEventException(
                        ReasonCode.OVERRIDE_NOT_ALLOWED,
                        "%s must not exceed the tenant's (%s), but is %s"
                                .formatted(name, limit, wanted));
            }
        }
        try {
            return TenantConfig.settings(StrictReader.merge(tenant, overrides), "");
        } catch (InvalidConfigException e) {
            throw new RejectedEventException(ReasonCode.INVALID_FIELD, e.getMessage());
        }
    }
}
