package dev.flinkreranker.workbench.demo;

import dev.flinkreranker.job.terminal.TextTable;
import dev.flinkreranker.workbench.dataset.DataSet;
import dev.flinkreranker.workbench.evaluation.FourDigits;
import dev.flinkreranker.workbench.evaluation.measure.Evaluation;
import dev.flinkreranker.workbench.evaluation.measure.Measure;
import dev.flinkreranker.workbench.evaluation.trec.Qrels;
import dev.flinkreranker.workbench.evaluation.trec.Run;
import dev.flinkreranker.workbench.evaluation.trec.ScoredPassage;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** What the demo tells a person, made from what it sent and what came back. */
final class DemoReport {

    static final Measure NDCG = new Measure(Measure.Kind.NDCG, 10);

    private static final Measure MRR = new Measure(Measure.Kind.MRR, 10);
    private static final int SHOWN = 5;
    private static final int TITLE = 62;

    private final DataSet data;
    private final Run firstStage;

    /**
     * A report about some of a data set's queries.
     *
     * @param firstStage the ranking of those queries that the requests carried
     */
    DemoReport(DataSet data, Run firstStage) {
        this.data = data;
        this.firstStage = firstStage;
    }

    /** The ranking that the requests carried. */
    Run firstStage() {
        return firstStage;
    }

    /** What came back, ranked by the score of a layer, as a run. */
    Run run(int layer, Map<String, DemoResult> results) {
        Map<String, List<ScoredPassage>> rankings = new LinkedHashMap<>();
        for (String query : firstStage.queries()) {
            DemoResult result = results.get(DemoEvents.requestId(query));
            if (result != null && !result.isUnranked()) {
                rankings.put(query, result.ranking(layer));
            }
        }
        return new Run("layer-" + layer, rankings);
    }

    /** The measures of a run over the demo's queries; a query without a result counts as 0. */
    Evaluation evaluate(Run run) {
        Map<String, Map<String, Integer>> judged = new LinkedHashMap<>();
        firstStage.queries().forEach(query -> judged.put(query, data.qrels().grades(query)));
        return Evaluation.of(
                run, new Qrels(judged), List.of(NDCG, MRR), Evaluation.Averaging.COMPLETE);
    }

    /** The request that gained most, before and after; empty when nothing was ranked. */
    String beforeAndAfter(Run reranked) {
        Evaluation before = evaluate(firstStage);
        Evaluation after = evaluate(reranked);
        Comparator<String> byGain =
                Comparator.comparingDouble(
                        query ->
                                after.perQuery().get(query).get(NDCG)
                                        - before.perQuery().get(query).get(NDCG));
        return reranked.queries().stream()
                .max(byGain)
                .map(query -> beforeAndAfter(query, reranked.ranking(query)))
                .orElse("");
    }

    private String beforeAndAfter(String query, List<ScoredPassage> ranking) {
        Map<String, Integer> ranksBefore = new HashMap<>();
        List<ScoredPassage> candidates = firstStage.ranking(query);
        TextTable before = new TextTable("before", "BM25", "relevant", "passage");
        for (int i = 0; i < candidates.size(); i++) {
            ScoredPassage passage = candidates.get(i);
            ranksBefore.put(passage.id(), i + 1);
            if (i < SHOWN) {
                before.row(
                        Integer.toString(i + 1),
                        score(passage),
                        mark(query, passage.id()),
                        title(passage.id()));
            }
        }
        TextTable after = new TextTable("after", "was", "score", "relevant", "passage");
        for (int i = 0; i < Math.min(SHOWN, ranking.size()); i++) {
            ScoredPassage passage = ranking.get(i);
            after.row(
                    Integer.toString(i + 1),
                    Integer.toString(ranksBefore.get(passage.id())),
                    score(passage),
                    mark(query, passage.id()),
                    title(passage.id()));
        }
        return """
        The request that gained most, claim %s:
          "%s"

        %s
        %s"""
                .formatted(query, data.queries().get(query), before, after);
    }

    /** The dead letters with their reasons; empty when there are none. */
    static String deadLetters(List<RejectedEvent> rejected) {
        if (rejected.isEmpty()) {
            return "";
        }
        TextTable table = new TextTable("event", "reason code", "message");
        rejected.forEach(event -> table.row(event.key(), event.code(), event.message()));
        return "Events that cannot be ranked go to the dead letters, bytes and all:\n" + table;
    }

    /**
     * Quality and cost of the first stage, of each depth and of a cascade.
     *
     * @param costs of a pair of {@code tokens} tokens, by number of layers run, shallowest first
     */
    String quality(
            SortedMap<Integer, DepthCost> costs, int tokens, Map<String, DemoResult> results) {
        TextTable table =
                new TextTable(
                        "ranked by",
                        "nDCG@10",
                        "MRR@10",
                        "GFLOP, pair of %d tokens".formatted(tokens),
                        "operations");
        Evaluation first = evaluate(firstStage);
        table.row(
                "BM25",
                FourDigits.format(first.mean(NDCG)),
                FourDigits.format(first.mean(MRR)),
                "",
                "");
        costs.forEach(
                (layers, cost) -> {
                    Evaluation evaluation = evaluate(run(layers, results));
                    table.row(
                            "model, %d layers".formatted(layers),
                            FourDigits.format(evaluation.mean(NDCG)),
                            FourDigits.format(evaluation.mean(MRR)),
                            String.format(Locale.ROOT, "%.2f", cost.flops() / 1e9),
                            percent((double) cost.flops() / costs.get(costs.lastKey()).flops()));
                });
        Optional<DemoCascade> cascade = DemoCascade.of(costs, mostCandidates());
        cascade.map(stages -> stages.rank(firstStage, results, data.qrels()))
                .ifPresent(
                        ranked -> {
                            Evaluation evaluation = evaluate(ranked.run());
                            table.row(
                                    "cascade",
                                    FourDigits.format(evaluation.mean(NDCG)),
                                    FourDigits.format(evaluation.mean(MRR)),
                                    "",
                                    percent(ranked.share()));
                        });
        return "Quality over %d claims with %d relevant passages:\n%s%s"
                .formatted(
                        firstStage.queries().size(),
                        relevant(),
                        table,
                        cascade.map(DemoCascade::toString).orElse(""));
    }

    private int mostCandidates() {
        return firstStage.queries().stream()
                .mapToInt(query -> firstStage.ranking(query).size())
                .max()
                .orElse(0);
    }

    private long relevant() {
        return firstStage.queries().stream()
                .flatMap(query -> data.qrels().grades(query).values().stream())
                .filter(grade -> grade > 0)
                .count();
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }

    private static String score(ScoredPassage passage) {
        return String.format(Locale.ROOT, "%.3f", passage.score());
    }

    private String mark(String query, String passage) {
        return data.qrels().grades(query).getOrDefault(passage, 0) > 0 ? "yes" : "";
    }

    private String title(String passage) {
        String title = data.passages().get(passage).title();
        return title.length() <= TITLE ? title : title.substring(0, TITLE - 1) + "…";
    }
}
