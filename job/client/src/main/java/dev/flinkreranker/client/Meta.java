package dev.flinkreranker.client;

import java.util.List;

/**
 * The settings behind a result; where the tenant has stages, those of the last that has scored.
 *
 * @param configVersion version of the tenant's config
 * @param route name of the tenant's route that applied; null when none did
 * @param whenLate true where the request was ranked by the tenant's {@code when_late}; null
 *     elsewhere
 * @param modelRevision the model's revision; null when the job's catalogue names none
 * @param dtype number format that the model computed in: {@code float32}, {@code bfloat16}, {@code
 *     float16} or {@code int8}; null where it scored nothing
 * @param cutoffLayers layers that were scored; empty for the deepest alone
 * @param compressRatio how many neighbouring states became one
 * @param compressLayers layers before which states were merged
 * @param normalized whether scores are between 0 and 1, else raw logits
 * @param fusion how the first stage's score took part, such as {@code z_sum}; null when it did not
 * @param fusionWeight the first stage's part under {@code z_sum}; null elsewhere
 * @param fusionK the constant of {@code reciprocal_rank}; null elsewhere
 * @param calibration version of the calibration that probabilities are by; null where there are
 *     none
 * @param interleaving whose ranking each document comes from; null where one ranking is the result
 * @param documents documents of the request
 * @param unscored documents of the request that have no score
 * @param message why the request has no scores, or none of the stages that are left; null when it
 *     has all
 */
public record Meta(
        long configVersion,
        String route,
        Boolean whenLate,
        String modelRevision,
        String dtype,
        List<Integer> cutoffLayers,
        int compressRatio,
        List<Integer> compressLayers,
        boolean normalized,
        String fusion,
        Double fusionWeight,
        Integer fusionK,
        String calibration,
        Interleaving interleaving,
        int documents,
        int unscored,
        String message) {}
