package dev.flinkreranker.workbench.clicks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The position-based click model: a document of a query is clicked at a rank when it is examined
 * there and found relevant, two independent events, so
 *
 * <pre>P(click of d for q at rank r) = examination(r) · relevance(q, d)</pre>
 *
 * <p>Both are fitted by expectation maximization, which for v views and c clicks of a cell (q, d,
 * r), with e and a the present estimates, takes
 *
 * <pre>
 * a ← Σ over r of       c + (v - c) · a (1 - e) / (1 - e a)   divided by Σ over r of v
 * e ← Σ over (q, d) of  c + (v - c) · e (1 - a) / (1 - e a)   divided by Σ over (q, d) of v
 * </pre>
 *
 * <p>The model and these steps: Chuklin, Markov, de Rijke, "Click Models for Web Search" (2015),
 * chapters 3 and 4. That the examination so found weighs clicks without bias: Joachims,
 * Swaminathan, Schnabel, "Unbiased Learning-to-Rank with Biased Feedback" (WSDM 2017); that it can
 * be found from ordinary clicks: Wang, Golbandi, Bendersky, Metzler, Najork, "Position Bias
 * Estimation for Unbiased Learning to Rank in Personal Search" (WSDM 2018).
 *
 * <p>Only the product can be seen, so the unit is a choice: the most examined rank has examination
 * 1, and relevance is the share of views there that are clicked. And two ranks can only be compared
 * where a document that was clicked stood at both: ranks that no chain of such documents links to
 * the most viewed one are left out, with what was seen at them.
 *
 * @param examination by rank, above 0 and at most 1; of the ranks that are linked
 * @param relevance of each document, in the order given; null for one seen at unlinked ranks alone
 */
record PositionBasedModel(
        SortedMap<Integer, Double> examination, List<@Nullable Relevance> relevance) {

    /**
     * Fits the model.
     *
     * @param documents of all queries, each with what was seen of it at every rank
     */
    static PositionBasedModel fit(List<List<RankClicks>> documents) {
        SortedSet<Integer> linked = LinkedRanks.of(documents);
        List<List<RankClicks>> usable =
                documents.stream()
                        .map(d -> d.stream().filter(c -> linked.contains(c.rank())).toList())
                        .toList();

        ClickMaximization fitted = ClickMaximization.run(usable);
        double most = fitted.examination().values().stream().mapToDouble(e -> e).max().orElse(1);
        TreeMap<Integer, Double> examination = new TreeMap<>();
        fitted.examination().forEach((rank, e) -> examination.put(rank, e / most));
        List<@Nullable Relevance> relevance = new ArrayList<>();
        for (int i = 0; i < usable.size(); i++) {
            relevance.add(
                    usable.get(i).isEmpty()
                            ? null
                            : Relevance.of(
                                    Math.min(1, fitted.relevance()[i] * most),
                                    usable.get(i),
                                    examination));
        }
        return new PositionBasedModel(
                Collections.unmodifiableSortedMap(examination),
                Collections.unmodifiableList(relevance));
    }
}
