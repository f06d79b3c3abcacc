package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * Where the pairs of a decoder's batch lie, at first and after each compression.
 *
 * @param ids the id of each row; none where kept states stand for them
 * @param first where the pairs lie at first
 * @param compressLayers the layers before which states are merged, ascending
 * @param merged what each of these merges
 */
record DecoderRows(
        int[] ids, PackedRows first, List<Integer> compressLayers, List<MergedRows> merged) {

    /**
     * Of a batch.
     *
     * @param pairs in the order in which they go
     * @param first where they lie at first
     * @param done how many layers need not run
     * @param layers the layer with which it ends
     */
    static DecoderRows of(
            List<TokenizedPair> pairs,
            PackedRows first,
            ScoringSettings settings,
            int done,
            int layers) {
        int[] queries = each(pairs, TokenizedPair::queryLength);
        int[] prompts = each(pairs, TokenizedPair::promptLength);
        List<Integer> compressLayers = settings.merges(done, layers);
        List<MergedRows> merged = new ArrayList<>();
        PackedRows rows = first;
        for (int i = 0; i < compressLayers.size(); i++) {
            merged.add(MergedRows.of(rows, queries, prompts, settings.compressRatio()));
            rows = merged.get(i).rows();
        }
        return new DecoderRows(
                done > 0 ? new int[0] : first.ids(pairs), first, compressLayers, merged);
    }

    /** The vectors that {@code decoder.py} takes. */
    int[][] vectors() {
        Stream<int[]> before =
                Stream.concat(Stream.of(ids, new int[0], new int[0]), vectors(first));
        return Stream.concat(before, merged.stream().flatMap(DecoderRows::vectors))
                .toArray(int[][]::new);
    }

    /** The lengths of all pairs, then those after each compression. */
    long[] lengths() {
        return Stream.concat(Stream.of(first), merged.stream().map(MergedRows::rows))
                .flatMapToInt(rows -> Arrays.stream(rows.lengths()))
                .asLongStream()
                .toArray();
    }

    /** The size of the largest group of each compression. */
    long[] groups() {
        return merged.stream().mapToLong(m -> Arrays.stream(m.counts()).max().orElse(1)).toArray();
    }

    private static Stream<int[]> vectors(MergedRows merged) {
        return Stream.concat(Stream.of(merged.firsts(), merged.counts()), vectors(merged.rows()));
    }

    private static Stream<int[]> vectors(PackedRows rows) {
        return Stream.of(
                rows.positions(),
                rows.lasts(),
                rows.bounds(),
                rows.scoredBounds(),
                rows.keys(),
                rows.keyBounds());
    }

    private static int[] each(List<TokenizedPair> pairs, ToIntFunction<TokenizedPair> number) {
        return pairs.stream().mapToInt(number).toArray();
    }
}
