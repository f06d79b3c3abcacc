package dev.flinkreranker.operators.tenant;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.config.StrictReader;
import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.annotation.Internal;

/** The settings that a request may bring itself, and how they are laid over its tenant's. */
@Internal
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
                    "normalize_as_declared",
                    "top_n",
                    "min_score",
                    "return_documents",
                    "return_query",
                    "max_candidates",
                    "deadline_ms",
                    "fusion",
                    "fusion_weight",
                    "fusion_k",
                    "stages");

    /** Those that requests may bring where a tenant's config does not say. */
    static final List<String> BY_DEFAULT =
            List.of("top_n", "return_documents", "return_query", "deadline_ms");

    private static final String CALIBRATION = "calibration";

    private Overrides() {}

    /**
     * Settings with a request's laid over them.
     *
     * @param base what the request gets without overrides
     * @param allowed names of those that it may bring
     * @param overrides by their names in a config; possibly empty
     * @return {@code base} itself when there are none
     * @throws RejectedEventException if one is not allowed, costs more than {@code base}, or is
     *     wrong
     */
    static RerankSettings apply(RerankSettings base, List<String> allowed, ObjectNode overrides)
            throws RejectedEventException {
        if (overrides.isEmpty()) {
            return base;
        }
        List<String> names = overrides.properties().stream().map(f -> f.getKey()).toList();
        for (String name : names) {
            if (!allowed.contains(name)) {
                throw new RejectedEventException(
                        ReasonCode.OVERRIDE_NOT_ALLOWED,
                        name
                                + " may not be set by a request of this tenant; its overrides are "
                                + allowed);
            }
        }
        RerankSettings settings;
        try {
            settings = settings(base, overrides);
        } catch (InvalidConfigException e) {
            throw new RejectedEventException(ReasonCode.INVALID_FIELD, e.getMessage());
        }
        Optional<String> excess = OverrideLimits.excess(base, settings);
        if (excess.isPresent()) {
            throw new RejectedEventException(ReasonCode.OVERRIDE_NOT_ALLOWED, excess.get());
        }
        return settings;
    }

    /** A calibration holds for the stages that it was fitted for: other scores have none. */
    private static RerankSettings settings(RerankSettings base, ObjectNode overrides) {
        ObjectNode merged = StrictReader.merge(StrictReader.tree(base), overrides);
        if (base.calibration() == null || RequestWide.areAllOf(overrides)) {
            return TenantConfig.settings(merged, "");
        }
        RerankSettings without = TenantConfig.settings(merged.deepCopy().putNull(CALIBRATION), "");
        return CalibratedStage.of(without).equals(CalibratedStage.of(base))
                ? TenantConfig.settings(merged, "")
                : without;
    }
}
