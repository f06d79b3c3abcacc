package dev.flinkreranker.operators.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.flinkreranker.operators.tenant.Calibration;
import dev.flinkreranker.operators.tenant.Fusion;
import dev.flinkreranker.operators.tenant.RerankSettings;
import java.util.List;
import java.util.Locale;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * The settings behind a result; in a cascade, those of the last stage that has scored.
 *
 * @param configVersion version of the tenant's config; 0 for one of the job's file without version
 * @param route name of the tenant's route that applied; null, and absent on the wire, when none did
 * @param whenLate true where the request was ranked by the tenant's {@code when_late}; null, and
 *     absent on the wire, elsewhere
 * @param modelRevision the model's revision; null, and absent on the wire, when the catalogue names
 *     none
 * @param dtype number format that the model computed in: {@code float32}, {@code bfloat16}, {@code
 *     float16} or {@code int8}; null, and absent on the wire, where it scored nothing
 * @param cutoffLayers layers that were scored; empty for the deepest alone
 * @param compressRatio how many neighbouring passage states became one
 * @param compressLayers layers before which passage states were merged
 * @param normalized whether scores are between 0 and 1, else raw logits
 * @param fusion how the first stage's score took part, in lower case; null, and absent on the wire,
 *     when it did not
 * @param fusionWeight the first stage's part under {@code z_sum}; null, and absent on the wire,
 *     elsewhere
 * @param fusionK the constant of {@code reciprocal_rank}; null, and absent on the wire, elsewhere
 * @param calibration version of the calibration that probabilities are by; null, and absent on the
 *     wire, where there are none
 * @param interleaving whose ranking each document comes from; absent on the wire where one ranking
 *     is the result
 * @param documents documents of the request
 * @param unscored documents of the request that have no score
 * @param message why the request has no scores, or none of the stages that are left; null, and
 *     absent on the wire, when it has all
 */
@Internal
public record ResultMeta(
        long configVersion,
        @JsonInclude(Include.NON_NULL) @Nullable String route,
        @JsonInclude(Include.NON_NULL) @Nullable Boolean whenLate,
        @JsonInclude(Include.NON_NULL) @Nullable String modelRevision,
        @JsonInclude(Include.NON_NULL) @Nullable String dtype,
        List<Integer> cutoffLayers,
        int compressRatio,
        List<Integer> compressLayers,
        boolean normalized,
        @JsonInclude(Include.NON_NULL) @Nullable String fusion,
        @JsonInclude(Include.NON_NULL) @Nullable Double fusionWeight,
        @JsonInclude(Include.NON_NULL) @Nullable Integer fusionK,
        @JsonInclude(Include.NON_NULL) @Nullable String calibration,
        @JsonInclude(Include.NON_NULL) @Nullable InterleavedTeams interleaving,
        int documents,
        int unscored,
        @JsonInclude(Include.NON_NULL) @Nullable String message) {

    /**
     * Of a request.
     *
     * @param settings those that its documents are ranked by: in a cascade, the last stage's
     * @param scored what the last stage that has scored gave; null where none has
     * @param calibration that probabilities are by; null where there are none
     */
    static ResultMeta of(
            ResultOrigin origin,
            RerankSettings settings,
            @Nullable StageScores scored,
            @Nullable Calibration calibration,
            int documents,
            int unscored,
            @Nullable String message) {
        Fusion fusion = settings.fusion();
        return new ResultMeta(
                origin.configVersion(),
                origin.route(),
                origin.whenLate() ? true : null,
                origin.revision(settings.model()),
                scored == null ? null : scored.scored().dtype(),
                settings.cutoffLayers(),
                settings.compressRatio(),
                settings.compressLayers(),
                scored == null ? settings.normalize() : scored.normalized(settings),
                fusion == Fusion.NONE ? null : fusion.name().toLowerCase(Locale.ROOT),
                fusion == Fusion.Z_SUM ? settings.fusionWeight() : null,
                fusion == Fusion.RECIPROCAL_RANK ? settings.fusionK() : null,
                calibration == null ? null : calibration.version(),
                null,
                documents,
                unscored,
                message);
    }

    /** The same of an interleaved result. */
    ResultMeta with(InterleavedTeams teams, int unscored) {
        return new ResultMeta(
                configVersion,
                route,
                whenLate,
                modelRevision,
                dtype,
                cutoffLayers,
                compressRatio,
                compressLayers,
                normalized,
                fusion,
                fusionWeight,
                fusionK,
                calibration,
                teams,
                documents,
                unscored,
                message);
    }
}
