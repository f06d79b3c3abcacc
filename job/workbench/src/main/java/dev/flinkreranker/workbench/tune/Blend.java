package dev.flinkreranker.workbench.tune;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.tenant.Fusion;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.TenantConfig;
import java.util.Locale;

/**
 * The part of the first stage's score in a stage's ranking.
 *
 * @param fusion how the two become one
 * @param weight the first stage's under {@link Fusion#Z_SUM}
 * @param k the constant under {@link Fusion#RECIPROCAL_RANK}
 */
public record Blend(Fusion fusion, double weight, int k) {

    static Blend of(RerankSettings settings) {
        return new Blend(settings.fusion(), settings.fusionWeight(), settings.fusionK());
    }

    /** The model's score alone. */
    static Blend none() {
        return of(settings(fields(Fusion.NONE)));
    }

    /** A convex combination of standardized scores; the weight is the first stage's. */
    public static Blend zSum(double weight) {
        return of(settings(fields(Fusion.Z_SUM).put("fusion_weight", weight)));
    }

    /** As a stage of a config has it, without what goes without saying. */
    ObjectNode fields() {
        return switch (fusion) {
            case NONE -> JsonNodeFactory.instance.objectNode();
            case Z_SUM -> fields(fusion).put("fusion_weight", weight);
            case RECIPROCAL_RANK -> fields(fusion).put("fusion_k", k);
        };
    }

    /** Settings that rank so. */
    RerankSettings settings() {
        return settings(fields());
    }

    /** For a person; empty where the model ranks alone. */
    @Override
    public String toString() {
        return switch (fusion) {
            case NONE -> "";
            case Z_SUM -> "z_sum " + weight;
            case RECIPROCAL_RANK -> "reciprocal_rank " + k;
        };
    }

    private static ObjectNode fields(Fusion fusion) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("fusion", fusion.name().toLowerCase(Locale.ROOT));
    }

    private static RerankSettings settings(ObjectNode fields) {
        ObjectNode whole = fields.deepCopy().put("model", RerankSettings.NO_MODEL);
        return TenantConfig.read(whole, null, "fusion").settings();
    }
}
