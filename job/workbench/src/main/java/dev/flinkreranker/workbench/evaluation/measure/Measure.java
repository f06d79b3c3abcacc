package dev.flinkreranker.workbench.evaluation.measure;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A measure of one ranking, between 0 and 1.
 *
 * @param kind what is measured
 * @param cutoff ranks looked at, at least 1; {@link #NO_CUTOFF} for the whole ranking
 * @param relevance lowest grade that is relevant, at least 1; {@link #NOT_SAID} for trec_eval's
 *     default, which is 1
 */
public record Measure(Kind kind, int cutoff, int relevance) {

    /** The whole ranking is looked at. */
    public static final int NO_CUTOFF = 0;

    /** The level is left to {@link #orLevel}. */
    public static final int NOT_SAID = 0;

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

    /** The names that {@link #parse} takes, in short. */
    public static final String NAMES =
            "ndcg@K, ndcg, mrr@K, mrr, map, recall@K, p@K, success@K, judged@K, also as trec_eval"
                    + " (ndcg_cut_10) or ir-measures (nDCG@10, RR@10, AP, R@100, P(rel=2)@5) writes"
                    + " them";

    private static final Pattern NAME =
            Pattern.compile(
                    "([a-z_]+?)(?:\\(rel=([1-9][0-9]{0,3})\\))?(?:[@_.]([1-9][0-9]{0,8}))?");

    private static final Map<String, Kind> OTHER_NAMES =
            Map.of(
                    "ndcg_cut", Kind.NDCG,
                    "rr", Kind.MRR,
                    "recip_rank", Kind.MRR,
                    "ap", Kind.MAP,
                    "r", Kind.RECALL,
                    "precision", Kind.PRECISION);

    /** The kinds of measures, with trec_eval's name for each. */
    public enum Kind {
        /**
         * Normalised discounted cumulative gain, gain = grade, discount log2(rank + 1); the ideal
         * ranking takes all judged passages. {@code ndcg_cut_k}; without cutoff {@code ndcg}.
         */
        NDCG("ndcg", true, false),
        /** One over the rank of the first relevant passage, 0 beyond the cutoff. recip_rank. */
        MRR("mrr", true, true),
        /** Mean of the precisions at the ranks of the relevant passages. {@code map}. */
        MAP("map", false, true),
        /** Share of the relevant passages among the first k. {@code recall_k}. */
        RECALL("recall", true, true),
        /** Relevant passages among the first k, over k even if fewer were ranked. {@code P_k}. */
        PRECISION("p", true, true),
        /** 1 where a relevant passage is among the first k, else 0. {@code success_k}. */
        SUCCESS("success", true, true),
        /**
         * Share of the first k passages that have a judgment; over the number ranked when that is
         * smaller. A low value means that the other measures say little.
         */
        JUDGED("judged", true, false);

        private final String label;
        private final boolean takesCutoff;
        private final boolean takesLevel;

        Kind(String label, boolean takesCutoff, boolean takesLevel) {
            this.label = label;
            this.takesCutoff = takesCutoff;
            this.takesLevel = takesLevel;
        }
    }

    /** Checks that cutoff, level and kind agree. */
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
        if (relevance < 0 || (relevance != NOT_SAID && !kind.takesLevel)) {
            throw new IllegalArgumentException(kind.label + " takes no relevance level");
        }
    }

    /** At the default level. */
    public Measure(Kind kind, int cutoff) {
        this(kind, cutoff, NOT_SAID);
    }

    /**
     * Reads a name as it is printed, or as trec_eval or ir-measures writes it: {@code ndcg@10},
     * {@code ndcg_cut_10}, {@code nDCG@10}; {@code mrr@10}, {@code RR@10}, {@code recip_rank};
     * {@code map}, {@code AP(rel=2)}; {@code recall@100}, {@code R@100}; {@code p@10}, {@code
     * P_10}; {@code success@5}; {@code judged@10}. Case does not matter.
     *
     * @throws IllegalArgumentException with the known names, when it is none of them
     */
    public static Measure parse(String name) {
        Matcher matcher = NAME.matcher(name.strip().toLowerCase(Locale.ROOT));
        Kind kind = matcher.matches() ? kind(matcher.group(1)) : null;
        if (kind == null) {
            throw new IllegalArgumentException(
                    "unknown measure \"" + name + "\"; known are " + NAMES);
        }
        return new Measure(
                kind,
                matcher.group(3) == null ? NO_CUTOFF : Integer.parseInt(matcher.group(3)),
                matcher.group(2) == null ? NOT_SAID : Integer.parseInt(matcher.group(2)));
    }

    /** The same at a level, where the measure takes one and its name did not say it. */
    public Measure orLevel(int level) {
        return relevance == NOT_SAID && kind.takesLevel && level > 1
                ? new Measure(kind, cutoff, level)
                : this;
    }

    /** Lowest grade that is relevant. */
    public int level() {
        return Math.max(1, relevance);
    }

    /** The name as {@link #parse} reads it; level 1 goes without saying. */
    @Override
    public String toString() {
        return kind.label
                + (level() == 1 ? "" : "(rel=" + relevance + ")")
                + (cutoff == NO_CUTOFF ? "" : "@" + cutoff);
    }

    private static Kind kind(String name) {
        for (Kind kind : Kind.values()) {
            if (kind.label.equals(name)) {
                return kind;
            }
        }
        return OTHER_NAMES.get(name);
    }
}
