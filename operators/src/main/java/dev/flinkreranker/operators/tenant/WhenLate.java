package dev.flinkreranker.operators.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.config.StrictReader;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's {@code when_late}: what a request is ranked by that the tenant's own settings would
 * make late. It has the tenant's settings, except what it names, and except what holds for the
 * tenant's own stages.
 */
final class WhenLate {

    /** Its name in a config. */
    static final String FIELD = "when_late";

    private static final Set<String> OF_THE_OWN_STAGES = Set.of("stages", "calibration");

    private WhenLate() {}

    /**
     * Reads the settings of late requests.
     *
     * @param fields what differs from the tenant's; null for nothing, so that no request is late
     * @param tenant the tenant's own fields, which the settings inherit
     * @param own the settings that these fields make
     * @param path where the fields stand, for messages
     * @throws InvalidConfigException with every violation; also where they ask for more than the
     *     tenant's own, or for as much
     */
    static @Nullable RerankSettings read(
            @Nullable JsonNode fields, ObjectNode tenant, RerankSettings own, String path) {
        if (fields == null || fields.isNull()) {
            return null;
        }
        if (!fields.isObject()) {
            throw new InvalidConfigException(
                    path + " must be a map of the fields that differ from the tenant's");
        }
        if (own.passesThrough()) {
            throw new InvalidConfigException(
                    path + " is for settings that score, but model is none");
        }
        List<String> violations = RequestWide.among(fields, path);
        if (!violations.isEmpty()) {
            throw new InvalidConfigException(violations);
        }
        RerankSettings late =
                TenantConfig.settings(
                        StrictReader.merge(tenant.deepCopy().remove(OF_THE_OWN_STAGES), fields),
                        path);
        if (late.passesThrough()) {
            throw new InvalidConfigException(
                    path
                            + ".model: none scores nothing; on_timeout says what becomes of a"
                            + " request after its deadline");
        }
        OverrideLimits.excess(own, late)
                .ifPresent(
                        excess -> {
                            throw new InvalidConfigException(path + "." + excess);
                        });
        if (late.sharesScores(own)) {
            throw new InvalidConfigException(
                    path
                            + " must ask for less than the tenant's own settings, but asks for as much");
        }
        return late;
    }
}
