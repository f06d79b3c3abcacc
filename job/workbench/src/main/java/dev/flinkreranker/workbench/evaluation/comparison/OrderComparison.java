package dev.flinkreranker.workbench.evaluation.comparison;

import dev.flinkreranker.workbench.evaluation.trec.Run;
import dev.flinkreranker.workbench.evaluation.trec.ScoredPassage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two runs without judgments: how much the order changed, over the queries that both rank.
 *
 * @param queries number of queries in both runs
 * @param onlyInA queries that only run A ranks
 * @param onlyInB queries that only run B ranks
 * @param depth k of the overlap
 * @param overlap mean share of common passages among the first k
 * @param rankBiasedOverlap mean rank-biased overlap, persistence 0.9
 * @param kendallTauB mean of tau-b over the queries where it is defined; NaN when there are none
 * @param changedFirst share of queries with another passage on rank 1
 * @param movers the passages that moved most, largest move first
 */
public record OrderComparison(
        int queries,
        int onlyInA,
        int onlyInB,
        int depth,
        double overlap,
        double rankBiasedOverlap,
        double kendallTauB,
        double changedFirst,
        List<Mover> movers) {

    /** Persistence of the rank-biased overlap. */
    public static final double PERSISTENCE = 0.9;

    private static final int MOVERS = 10;

    /**
     * A passage whose rank changed.
     *
     * @param rankA rank in run A, from 1
     * @param rankB rank in run B, from 1
     */
    public record Mover(String query, String passage, int rankA, int rankB) {

        private int distance() {
            return Math.abs(rankA - rankB);
        }
    }

    /**
     * Compares the orders of two runs.
     *
     * @param depth k of the overlap, at least 1
     * @throws IllegalArgumentException when they have no query in common
     */
    public static OrderComparison of(Run a, Run b, int depth) {
        List<String> queries =
                a.queries().stream()
                        .filter(b.queries()::contains)
                        .sorted(ScoredPassage::compareCodePoints)
                        .toList();
        if (queries.isEmpty()) {
            throw new IllegalArgumentException("the two runs have no query in common");
        }
        double overlap = 0;
        double rbo = 0;
        double tau = 0;
        int tauQueries = 0;
        int changed = 0;
        List<Mover> movers = new ArrayList<>();
        for (String query : queries) {
            List<ScoredPassage> left = a.ranking(query);
            List<ScoredPassage> right = b.ranking(query);
            overlap += RankAgreement.overlap(left, right, depth);
            rbo += RankAgreement.rankBiasedOverlap(left, right, PERSISTENCE);
            double queryTau = RankAgreement.kendallTauB(left, right);
            if (!Double.isNaN(queryTau)) {
                tau += queryTau;
                tauQueries++;
            }
            changed += left.get(0).id().equals(right.get(0).id()) ? 0 : 1;
            movers.addAll(movers(query, left, right));
            keepLargest(movers);
        }
        int count = queries.size();
        return new OrderComparison(
                count,
                a.queries().size() - count,
                b.queries().size() - count,
                depth,
                overlap / count,
                rbo / count,
                tau / tauQueries,
                changed / (double) count,
                List.copyOf(movers));
    }

    private static List<Mover> movers(
            String query, List<ScoredPassage> left, List<ScoredPassage> right) {
        Map<String, Integer> rankB = new HashMap<>();
        for (int i = 0; i < right.size(); i++) {
            rankB.put(right.get(i).id(), i + 1);
        }
        List<Mover> movers = new ArrayList<>();
        for (int i = 0; i < left.size(); i++) {
            Integer rank = rankB.get(left.get(i).id());
            if (rank != null && rank != i + 1) {
                movers.add(new Mover(query, left.get(i).id(), i + 1, rank));
            }
        }
        return movers;
    }

    private static void keepLargest(List<Mover> movers) {
        movers.sort(
                Comparator.comparingInt((Mover mover) -> -mover.distance())
                        .thenComparing(Mover::query, ScoredPassage::compareCodePoints)
                        .thenComparing(Mover::passage, ScoredPassage::compareCodePoints));
        if (movers.size() > MOVERS) {
            movers.subList(MOVERS, movers.size()).clear();
        }
    }

    /** The figures by name, for a gate. */
    public Map<String, Double> figures() {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("overlap@" + depth, overlap);
        figures.put("rbo", rankBiasedOverlap);
        figures.put("tau", kendallTauB);
        figures.put("changed_top1", changedFirst);
        return figures;
    }
}
