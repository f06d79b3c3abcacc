package dev.flinkreranker.runtime.program;

import java.util.List;
import java.util.stream.Stream;

/**
 * The order in which a program finds its weights in its list: first those of every call (embedding,
 * norms, heads), then layer by layer. A call that ends at a lower layer takes a shorter list.
 *
 * @param fixed the weights of every call
 * @param layers the weights of each layer, lowest first; the same number in each, but that the
 *     first may lack its first
 */
public record WeightLayout(List<WeightSpec> fixed, List<List<WeightSpec>> layers) {

    /** Copies the lists. */
    public WeightLayout {
        fixed = List.copyOf(fixed);
        layers = List.copyOf(layers);
    }

    /** All weights in the program's order. */
    public Stream<WeightSpec> all() {
        return Stream.concat(fixed.stream(), layers.stream().flatMap(List::stream));
    }

    /** Number of elements of all weights. */
    public long parameters() {
        return all().mapToLong(WeightSpec::elements).sum();
    }
}
