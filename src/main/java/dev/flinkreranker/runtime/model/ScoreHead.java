package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.program.WeightSpec;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What makes a score of the states of a pair's tokens, as the checkpoint declares it; {@code
 * head.py} runs it in float32.
 *
 * @param pooling which state goes in
 * @param steps what is done to it, in order; the last is a {@link Kind#LABEL}
 * @param epsilon added to variances by the steps that norm
 */
record ScoreHead(Pooling pooling, List<Step> steps, double epsilon) {

    /** How many states become one. */
    enum Pooling {
        /** The state of the first token. */
        FIRST,
        /** The mean of the states of all tokens. */
        MEAN
    }

    /** What a step does, in the order of {@code head.py}. */
    enum Kind {
        LINEAR,
        NORM,
        TANH,
        GELU,
        RELU,
        SILU,
        /** Linear to the score; to two labels, of which it is the second less the first. */
        LABEL
    }

    /**
     * One step.
     *
     * @param weight its weight; null for an activation
     * @param bias its bias, if it has one
     */
    record Step(Kind kind, @Nullable WeightSpec weight, @Nullable WeightSpec bias) {

        static Step activation(Kind kind) {
            return new Step(kind, null, null);
        }

        private Stream<WeightSpec> weights() {
            return Stream.of(weight, bias).flatMap(Stream::ofNullable);
        }
    }

    /** Copies the list. */
    ScoreHead {
        steps = List.copyOf(steps);
    }

    /** The weights in the order of the steps, each weight before its bias. */
    List<WeightSpec> weights() {
        return steps.stream().flatMap(Step::weights).toList();
    }

    /**
     * The steps as {@code head.py} takes them.
     *
     * @param first where the first of {@link #weights} lies in the list of a call
     */
    long[] codes(int first) {
        LongStream.Builder codes = LongStream.builder();
        int next = first;
        for (Step step : steps) {
            codes.add(step.kind().ordinal());
            codes.add(step.weight() == null ? -1 : next++);
            codes.add(step.bias() == null ? -1 : next++);
        }
        return codes.build().toArray();
    }

    /** How many labels the last step has: one or two. */
    long labels() {
        return Objects.requireNonNull(steps.get(steps.size() - 1).weight()).shape().get(0);
    }

    /** Floating point operations of one pair. */
    long flops() {
        return steps.stream()
                .filter(step -> step.kind() == Kind.LINEAR || step.kind() == Kind.LABEL)
                .flatMap(step -> Stream.ofNullable(step.weight()))
                .mapToLong(weight -> 2 * weight.elements())
                .sum();
    }
}
