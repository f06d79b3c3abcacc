package dev.flinkreranker.operators.api;

import java.util.Map;
import org.apache.flink.annotation.PublicEvolving;
import org.jspecify.annotations.Nullable;

/**
 * The score of a pair.
 *
 * @param score of the deepest layer: a logit, or 0 to 1 where it is normalized
 * @param layerScores by cutoff layer; null unless several layers were asked for
 */
@PublicEvolving
public record PairScore(float score, @Nullable Map<Integer, Float> layerScores) {}
