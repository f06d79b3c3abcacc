package dev.flinkreranker.client;

import java.util.List;

/**
 * The settings behind a result.
 *
 * @param configVersion version of the tenant's config
 * @param cutoffLayers layers that were scored; empty for the deepest alone
 * @param compressRatio how many neighbouring states became one
 * @param compressLayers layers before which states were merged
 * @param normalized whether scores are between 0 and 1, else raw logits
 * @param documents documents of the request
 * @param unscored documents of the request that have no score
 * @param message why the request has no scores; null when it has
 */
public record Meta(
        long configVersion,
        List<Integer> cutoffLayers,
        int compressRatio,
        List<Integer> compressLayers,
        boolean normalized,
        int documents,
        int unscored,
        String message) {}
