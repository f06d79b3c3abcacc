package dev.flinkreranker.workbench.demo;

import dev.flinkreranker.workbench.evaluation.trec.Qrels;
import dev.flinkreranker.workbench.evaluation.trec.Run;
import dev.flinkreranker.workbench.evaluation.trec.ScoredPassage;
import dev.flinkreranker.workbench.tune.Blend;
import dev.flinkreranker.workbench.tune.Cascade;
import dev.flinkreranker.workbench.tune.JudgedRequest;
import dev.flinkreranker.workbench.tune.Simulation;
import dev.flinkreranker.workbench.tune.Stage;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a cascade makes of the demo's requests, from the scores of all depths that came back. */
final class DemoCascade {

    // What tune finds on BM25's first 100 for a quarter of the operations.
    private static final int CANDIDATES = 30;
    private static final int KEEP = 5;
    private static final double WEIGHT = 0.3;

    private final Cascade cascade;
    private final SortedMap<Integer, DepthCost> costs;

    /**
     * The requests under the cascade.
     *
     * @param run those that have a ranking
     * @param share of the operations of all their candidates through the deepest layer, every pair
     *     counted as equally long; 0 when there is no ranking
     */
    record Ranked(Run run, double share) {}

    private DemoCascade(Cascade cascade, SortedMap<Integer, DepthCost> costs) {
        this.cascade = cascade;
        this.costs = costs;
    }

    /**
     * A cascade that fits: never more than half of the candidates begin, and a fifth go on. It
     * begins at the deepest layer in the first two thirds of the depth.
     *
     * @param costs of a pair by number of layers; at least one
     * @param candidates the most that a request has
     * @return empty where no layer is shallow enough
     */
    static Optional<DemoCascade> of(SortedMap<Integer, DepthCost> costs, int candidates) {
        int last = costs.lastKey();
        SortedMap<Integer, DepthCost> shallow = costs.headMap(2 * last / 3 + 1);
        if (shallow.isEmpty()) {
            return Optional.empty();
        }
        Blend blend = Blend.zSum(WEIGHT);
        List<Stage> stages =
                List.of(
                        new Stage(shallow.lastKey(), blend, atMost(KEEP, candidates / 5)),
                        new Stage(last, blend, Stage.ALL));
        return Optional.of(
                new DemoCascade(new Cascade(atMost(CANDIDATES, candidates / 2), stages), costs));
    }

    private static int atMost(int wanted, int most) {
        return Math.max(1, Math.min(wanted, most));
    }

    /** Ranks what came back; requests without any score are left out. */
    Ranked rank(Run firstStage, Map<String, DemoResult> results, Qrels qrels) {
        Map<String, List<ScoredPassage>> rankings = new LinkedHashMap<>();
        long taken = 0;
        long full = 0;
        for (String query : firstStage.queries()) {
            DemoResult result = results.get(DemoEvents.requestId(query));
            if (result != null && !result.isUnranked()) {
                List<ScoredPassage> sent = firstStage.ranking(query);
                JudgedRequest request = request(query, sent, result, qrels);
                Simulation.Ranked ranked = cascade.rank(request, true);
                rankings.put(query, request.passages(ranked.order()));
                taken += ranked.flops();
                full += sent.size() * costs.get(costs.lastKey()).flops();
            }
        }
        return new Ranked(new Run("cascade", rankings), full == 0 ? 0 : (double) taken / full);
    }

    private JudgedRequest request(
            String query, List<ScoredPassage> sent, DemoResult result, Qrels qrels) {
        Map<Integer, JudgedRequest.Depth> depths = new TreeMap<>();
        costs.forEach(
                (layer, cost) -> {
                    long[] pairs = new long[sent.size()];
                    Arrays.fill(pairs, cost.flops());
                    long[] shared = new long[sent.size()];
                    Arrays.fill(shared, cost.shared());
                    depths.put(layer, JudgedRequest.Depth.of(result.scores(layer), pairs, shared));
                });
        return JudgedRequest.of(
                query,
                sent.stream().map(ScoredPassage::id).toList(),
                sent.stream().map(ScoredPassage::score).toList(),
                depths,
                qrels);
    }

    /** For a person: one line, ended by a line feed. */
    @Override
    public String toString() {
        Stage first = cascade.stages().get(0);
        Stage last = cascade.stages().get(1);
        return """
        cascade: BM25's first %d by %d layers, then the best %d by %d, each fused with BM25
        """
                .formatted(cascade.candidates(), first.layer(), first.keep(), last.layer());
    }
}
