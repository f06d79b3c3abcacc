package dev.flinkreranker.workbench.demo;

import dev.flinkreranker.job.config.DeliveryConfig.Guarantee;
import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.runtime.model.HeadSelection;
import dev.flinkreranker.runtime.model.ModelDescriptor;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import dev.flinkreranker.workbench.stream.LocalStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a person asked the demo for.
 *
 * @param data directory of the data set
 * @param model directory of the checkpoint
 * @param queries how many queries, at most; at least 1
 * @param candidates how many of the first stage's passages a request carries; at least 1
 * @param maxLength limit of a pair in tokens
 * @param cutoffLayers layers whose state is scored, ascending; empty for every layer that has a
 *     head of its own
 */
record DemoPlan(
        Path data,
        Path model,
        int queries,
        int candidates,
        int maxLength,
        List<Integer> cutoffLayers) {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(1);

    /** Copies the list. */
    DemoPlan {
        cutoffLayers = List.copyOf(cutoffLayers);
    }

    /**
     * A demo of the stream job with the model.
     *
     * @param out for what was found
     * @param err for what is going on
     * @throws IllegalArgumentException when the model cannot do what was asked for
     */
    Demo demo(PrintWriter out, PrintWriter err) {
        ModelDescriptor descriptor = ModelDescriptor.of(Checkpoint.open(model));
        SortedMap<Integer, DepthCost> costs = new TreeMap<>();
        for (int layer : cutoffLayers.isEmpty() ? descriptor.cutoffLayers() : cutoffLayers) {
            ScoringSettings settings =
                    new ScoringSettings(
                            List.of(layer), 1, List.of(), HeadSelection.POSITIONAL, false);
            List<String> objections = descriptor.check(settings);
            if (!objections.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", objections));
            }
            TokenizedPair longest = new TokenizedPair(new long[maxLength], 1, 0, true);
            costs.put(layer, DepthCost.of(descriptor, longest, settings));
        }
        return new Demo(this, costs, job(List.copyOf(costs.keySet())), PATIENCE, out, err);
    }

    /**
     * The stream job as in production, exactly once, with one tenant. It computes in float32, the
     * reference's type, so that it prints the same scores on every processor.
     */
    private DemoJob job(List<Integer> layers) {
        String settings =
                """
                defaults:
                  model: local
                  max_length: %d
                  cutoff_layers: %s
                tenants:
                  %s: {}
                unknown_tenant: reject
                """
                        .formatted(maxLength, layers, DemoEvents.TENANT);
        return new LocalStream(
                        "demo",
                        1,
                        Guarantee.EXACTLY_ONCE,
                        CHECKPOINT_INTERVAL,
                        new ModelReference(model.toString(), ComputeType.FLOAT32, "cpu"),
                        settings)
                ::graph;
    }
}
