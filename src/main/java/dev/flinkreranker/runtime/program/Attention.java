package dev.flinkreranker.runtime.program;

import java.util.List;

/**
 * How a program attends within the pairs of a batch.
 *
 * @param rows how it goes over the batch's rows: {@code pairs}, one pair after another, or {@code
 *     packed}, all at once; the ending of the parts that a program has of each
 * @param operators the parts that bring the operator
 */
public record Attention(String rows, List<String> operators) {

    /** Pair by pair: for a CPU, where a score's bits must not depend on its batch. */
    public static final Attention PAIRS = new Attention("pairs", List.of("fused.py"));

    /** The same by products, for pairs of encoders that are not long. */
    public static final Attention MULTIPLIED = new Attention("pairs", List.of("multiplied.py"));

    /** All pairs in one call a layer, by the kernel for bfloat16 and float16. */
    public static final Attention FLASH = new Attention("packed", List.of("flash.py"));

    /** The same by the kernel for any number format and any GPU. */
    public static final Attention EFFICIENT =
            new Attention("packed", List.of("efficient.py", "windows.py"));

    /** Whether it goes over all pairs at once. */
    public boolean isPacked() {
        return !rows.equals(PAIRS.rows);
    }

    /** Copies the list. */
    public Attention {
        operators = List.copyOf(operators);
    }
}
