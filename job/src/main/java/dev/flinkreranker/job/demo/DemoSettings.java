package dev.flinkreranker.job.demo;

import java.nio.file.Path;
import java.util.List;

/**
 * What the demo does.
 *
 * @param data directory of the data set
 * @param model directory of the checkpoint
 * @param queries how many queries, at most; at least 1
 * @param candidates how many of the first stage's passages a request carries; at least 1
 * @param cutoffLayers numbers of layers to run, each over all requests; empty for the whole model
 */
public record DemoSettings(
        Path data, Path model, int queries, int candidates, List<Integer> cutoffLayers) {

    /** Copies the list. */
    public DemoSettings {
        cutoffLayers = List.copyOf(cutoffLayers);
    }
}
