package dev.flinkreranker.workbench.evaluation;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A measure of one ranking, between 0 and 1.
 *
 * @param kind what is measured
 * @param cutoff ranks looked at, at least 1; {@link #NO_CUTOFF} for the whole ranking
 */
public record Measure(Kind kind, int cutoff) {

    /** The whole ranking is looked at. */
    public static final int NO_CUTOFF = 0;

    /** What {@code evaluate} shows when nothing is asked for. */
    public static final List<Measure> DEFAULTS =
            List.of(
                    new Measure(Kind.NDCG, 10),
                    new Measure(Kind.MRR, 10),
                    new Measure(Kind.MAP, NO_CUTOFF),
                    new Measure(Kind.RECALL, 10),
                    new Measure(Kind.RECALL, 100),
                    new Measure(Kind.PRECISION, 10),
                    new Measure(Kind.JUDGED, 10));

    private static final Pattern NAME = Pattern.compile("([a-z]+)(?:@([1-9][0-9]{0,8}))?");

    /** The kinds of measures, with trec_eval's name for each. */
    public enum Kind {
        /**
         * Normalised discounted cumulative gain, gain = grade, discount log2(rank + 1); the ideal
         * ranking takes all judged passages. {@code ndcg_cut_k}; without cutoff {@code ndcg}.
         */
        NDCG("ndcg", true),
        /** One over the rank of the first relevant passage, 0 beyond the cutoff. recip_rank. */
        MRR("mrr", true),
        /** Mean of the precisions at the ranks of the relevant passages. {@code map}. */
        MAP("map", false),
        /** Share of the relevant passages among the first k. {@code recall_k}. */
        RECALL("recall", true),
        /** Relevant passages among the first k, over k even if fewer were ranked. {@code P_k}. */
        PRECISION("p", true),
        /**
         * Share of the first k passages that have a judgment; over the number ranked when that is
         * smaller. A low value means that the other measures say little.
         */
        JUDGED("judged", true);

        private final String label;
        private final boolean takesCutoff;

        Kind(String label, boolean takesCutoff) {
            this.label = label;
            this.takesCutoff = takesCutoff;
        }
    }

    /** Checks that cutoff and kind agree. */
    public Measure {
        boolean whole = cutoff == NO_CUTOFF;
        boolean needsCutoff = kind != Kind.MAP && kind != Kind.MRR && kind != Kind.NDCG;
        if (cutoff < 0 || (whole && needsCutoff) || (!whole && !kind.takesCutoff)) {
            throw new IllegalArgumentException(
                    kind.label
                            + (kind.takesCutoff
                                    ? " needs a cutoff of at least 1, as in " + kind.label + "@10"
                                    : " takes no cutoff"));
        }
    }

    /**
     * Reads a name as it is printed: {@code ndcg@10}, {@code mrr@10}, {@code mrr}, {@code map},
     * {@code recall@100}, {@code p@10}, {@code judged@10}; upper case is taken too.
     *
     * @throws IllegalArgumentException with the known names, when it is none of them
     */
    public static Measure parse(String name) {
        Matcher matcher = NAME.matcher(name.strip().toLowerCase(Locale.ROOT));
        if (matcher.matches()) {
            for (Kind kind : Kind.values()) {
                if (kind.label.equals(matcher.group(1))) {
                    String cutoff = matcher.group(2);
                    return new Measure(kind, cutoff == null ? NO_CUTOFF : Integer.parseInt(cutoff));
                }
            }
        }
        throw new IllegalArgumentException(
                "unknown measure \""
                        + name
                        + "\"; known are ndcg@K, ndcg, mrr@K, mrr, map, recall@K, p@K, judged@K");
    }

    /** The name as {@link #parse} reads it. */
    @Override
    public String toString() {
        return cutoff == NO_CUTOFF ? kind.label : kind.label + "@" + cutoff;
    }
}
