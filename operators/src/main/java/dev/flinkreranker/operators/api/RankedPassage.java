package dev.flinkreranker.operators.api;

import java.util.Map;
import org.apache.flink.annotation.PublicEvolving;
import org.jspecify.annotations.Nullable;

/**
 * A passage of a ranking.
 *
 * @param index its place among the element's passages, from 0
 * @param score what it is ranked by: the deepest layer's score, or its fusion with the first
 *     stage's; null when it has none
 * @param probability how probable it is that it is relevant, 0 to 1, by the tenant's calibration;
 *     null where there is none, or the last stage has not scored it
 * @param modelScore the deepest layer's score where {@code score} is a fusion; null elsewhere
 * @param layerScores by cutoff layer; null unless several layers were asked for
 * @param team {@code A} or {@code B}, whose ranking it comes from, where two are interleaved; null
 *     elsewhere
 * @param error why it alone has no score; null when there is no such reason
 * @param stage number, from 1, of the stage of a cascade whose score it has; null elsewhere
 */
@PublicEvolving
public record RankedPassage(
        int index,
        @Nullable Float score,
        @Nullable Float probability,
        @Nullable Float modelScore,
        @Nullable Map<Integer, Float> layerScores,
        @Nullable String team,
        @Nullable String error,
        @Nullable Integer stage) {}
