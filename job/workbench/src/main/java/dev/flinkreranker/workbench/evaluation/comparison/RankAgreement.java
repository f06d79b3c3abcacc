package dev.flinkreranker.workbench.evaluation.comparison;

import dev.flinkreranker.workbench.evaluation.trec.ScoredPassage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How far two rankings of one query agree, without any judgment. */
final class RankAgreement {

    private RankAgreement() {}

    /**
     * Share of the first k passages that both rankings have among their first k; over the longer of
     * the two when both are shorter than k. 1 when both are empty.
     */
    static double overlap(List<ScoredPassage> a, List<ScoredPassage> b, int k) {
        List<ScoredPassage> topA = a.subList(0, Math.min(k, a.size()));
        List<ScoredPassage> topB = b.subList(0, Math.min(k, b.size()));
        int longer = Math.max(topA.size(), topB.size());
        if (longer == 0) {
            return 1;
        }
        Set<String> ids = new HashSet<>();
        topA.forEach(passage -> ids.add(passage.id()));
        long common = topB.stream().filter(passage -> ids.contains(passage.id())).count();
        return common / (double) longer;
    }

    /**
     * Rank-biased overlap, extrapolated to infinite depth: equation 32 of Webber, Moffat and Zobel,
     * "A similarity measure for indefinite rankings", TOIS 2010. 1 for equal rankings, 0 for
     * disjoint ones.
     *
     * @param persistence p of the paper, in (0, 1): how likely a reader goes one rank further; with
     *     0.9 the first 10 ranks have 86 % of the weight
     */
    static double rankBiasedOverlap(
            List<ScoredPassage> a, List<ScoredPassage> b, double persistence) {
        List<ScoredPassage> shorter = a.size() <= b.size() ? a : b;
        List<ScoredPassage> longer = a.size() <= b.size() ? b : a;
        int s = shorter.size();
        int l = longer.size();
        if (s == 0) {
            return l == 0 ? 1 : 0;
        }
        Set<String> seenShort = new HashSet<>();
        Set<String> seenLong = new HashSet<>();
        int common = 0;
        int commonAtShort = 0;
        double weight = 1;
        double sum = 0;
        for (int depth = 1; depth <= l; depth++) {
            weight *= persistence;
            String inLong = longer.get(depth - 1).id();
            seenLong.add(inLong);
            if (depth <= s) {
                String inShort = shorter.get(depth - 1).id();
                seenShort.add(inShort);
                common += seenLong.contains(inShort) ? 1 : 0;
                common += !inShort.equals(inLong) && seenShort.contains(inLong) ? 1 : 0;
                commonAtShort = common;
            } else {
                common += seenShort.contains(inLong) ? 1 : 0;
                sum += weight * commonAtShort * (depth - s) / ((double) s * depth);
            }
            sum += weight * common / depth;
        }
        double tail = (common - commonAtShort) / (double) l + commonAtShort / (double) s;
        return (1 - persistence) / persistence * sum + tail * weight;
    }

    /**
     * Kendall's tau-b of the scores of the passages that both rankings hold: 1 same order, -1
     * reversed; ties count in neither direction. NaN when there are fewer than two common passages,
     * or all of them tie in one ranking.
     */
    static double kendallTauB(List<ScoredPassage> a, List<ScoredPassage> b) {
        Map<String, Float> inB = new HashMap<>();
        b.forEach(passage -> inB.put(passage.id(), passage.score()));
        List<ScoredPassage> common = a.stream().filter(p -> inB.containsKey(p.id())).toList();
        long concordantMinusDiscordant = 0;
        long untiedA = 0;
        long untiedB = 0;
        for (int i = 0; i < common.size(); i++) {
            float left = inB.get(common.get(i).id());
            for (int j = i + 1; j < common.size(); j++) {
                int orderA = Float.compare(common.get(i).score(), common.get(j).score());
                int orderB = Float.compare(left, inB.get(common.get(j).id()));
                concordantMinusDiscordant += Integer.signum(orderA) * Integer.signum(orderB);
                untiedA += orderA == 0 ? 0 : 1;
                untiedB += orderB == 0 ? 0 : 1;
            }
        }
        // Two roots: the product of the counts could leave the range of long.
        return concordantMinusDiscordant / (Math.sqrt(untiedA) * Math.sqrt(untiedB));
    }
}
