package dev.flinkreranker.operators.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.flinkreranker.operators.tenant.RerankSettings;
import java.util.List;

/**
 * The settings behind a result.
 *
 * @param configVersion version of the tenant's config; 0 for one of the job's file without version
 * @param cutoffLayers layers that were scored; empty for the deepest alone
 * @param compressRatio how many neighbouring passage states became one
 * @param compressLayers layers before which passage states were merged
 * @param normalized whether scores are between 0 and 1, else raw logits
 * @param documents documents of the request
 * @param unscored documents of the request that have no score
 * @param message why the request has no scores; null, and absent on the wire, when it has
 */
public record ResultMeta(
        long configVersion,
        List<Integer> cutoffLayers,
        int compressRatio,
        List<Integer> compressLayers,
        boolean normalized,
        int documents,
        int unscored,
        @JsonInclude(Include.NON_NULL) String message) {

    /** Of these settings. */
    static ResultMeta of(
            long configVersion,
            RerankSettings settings,
            int documents,
            int unscored,
            String message) {
        return new ResultMeta(
                configVersion,
                settings.cutoffLayers(),
                settings.compressRatio(),
                settings.compressLayers(),
                settings.normalize(),
                documents,
                unscored,
                message);
    }
}
