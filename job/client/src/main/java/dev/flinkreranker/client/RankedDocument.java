package dev.flinkreranker.client;

import java.util.Map;

/**
 * One document of a result.
 *
 * @param index its place in the request, from 0
 * @param id as in the request; null when it had none
 * @param relevanceScore what it is ranked by; null when it has no score
 * @param probability how probable it is that it is relevant, 0 to 1; null where the tenant has no
 *     calibration, or its last stage has not scored it
 * @param modelScore the model's score where {@code relevanceScore} is a fusion; null elsewhere
 * @param firstStageScore the first stage's score, as in the request, where {@code relevanceScore}
 *     is a fusion; null elsewhere
 * @param scores by cutoff layer; null unless several layers were asked for
 * @param document as in the request: a text, or a map of its fields; null unless asked for
 * @param error why this document alone has no score; null when there is no such reason
 * @param stage number, from 1, of the stage that ranked it last, whose scores these are; null where
 *     its tenant has no stages, or when none did. Scores of two stages do not compare.
 */
public record RankedDocument(
        int index,
        String id,
        Float relevanceScore,
        Float probability,
        Float modelScore,
        Double firstStageScore,
        Map<Integer, Float> scores,
        Object document,
        String error,
        Integer stage) {}
