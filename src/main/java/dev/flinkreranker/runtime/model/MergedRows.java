package dev.flinkreranker.runtime.model;

/**
 * Token compression of a batch's rows: the states of query and prompt stay, a few neighbours of the
 * passage become one, and the last group of a passage is what is left of it.
 *
 * @param firsts the first row of each group; row 0 where the merged rows are filled up
 * @param counts rows of each group, at least 1
 * @param rows where the pairs lie afterwards
 */
record MergedRows(int[] firsts, int[] counts, PackedRows rows) {

    /**
     * Merges.
     *
     * @param before where the pairs lie
     * @param queries positions of each pair before its passage
     * @param prompts positions of each pair after its passage
     * @param ratio neighbours that become one, at least 1
     */
    static MergedRows of(PackedRows before, int[] queries, int[] prompts, int ratio) {
        int pairs = before.pairs();
        int[] passages = new int[pairs];
        int[] lengths = new int[pairs];
        for (int i = 0; i < pairs; i++) {
            passages[i] = Math.max(0, before.lengths()[i] - queries[i] - prompts[i]);
            int groups = (passages[i] + ratio - 1) / ratio;
            lengths[i] = before.lengths()[i] - passages[i] + groups;
        }
        PackedRows after = before.with(lengths);
        int[] firsts = new int[after.rows()];
        int[] counts = new int[after.rows()];
        int[] bounds = before.bounds();
        int group = 0;
        for (int i = 0; i < pairs; i++) {
            int passage = bounds[i] + queries[i] - before.shared()[i];
            for (int row = bounds[i]; row < bounds[i + 1]; row += counts[group++]) {
                int left = passage + passages[i] - row;
                firsts[group] = row;
                counts[group] = row >= passage && left > 0 ? Math.min(ratio, left) : 1;
            }
        }
        for (; group < counts.length; group++) {
            counts[group] = 1;
        }
        return new MergedRows(firsts, counts, after);
    }
}
