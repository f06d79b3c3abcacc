package dev.flinkreranker.workbench.replay.outcome;

import dev.flinkreranker.workbench.evaluation.comparison.OrderComparison;
import dev.flinkreranker.workbench.evaluation.trec.Qrels;
import dev.flinkreranker.workbench.evaluation.trec.Run;
import dev.flinkreranker.workbench.evaluation.trec.ScoredPassage;
import dev.flinkreranker.workbench.replay.input.InputProblem;
import dev.flinkreranker.workbench.replay.input.ProblemLog;
import dev.flinkreranker.workbench.replay.plan.ReplayDirectory;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import dev.flinkreranker.workbench.replay.scoring.ReplayRow;
import dev.flinkreranker.workbench.terminal.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the rows in the order of the input and writes what people take: runs, results,
 * problems. What it keeps in memory does not grow with the log, except for 16 bytes per request id
 * and the rankings of judged queries.
 */
final class RowAssembly {
    /** Passages shown of each ranking. */
    static final int TOP = 10;

    /** Requests that the report lists. */
    static final int LISTED = 2000;

    private final ReplayPlan plan;
    private final ReplayDirectory directory;
    private final List<Contender> contenders;
    private final Qrels qrels;
    private final LiveResults live;
    private final SeenIds seen = new SeenIds();
    private final List<ConfigurationTally> tallies = new ArrayList<>();
    private final List<Map<String, List<ScoredPassage>>> judged = new ArrayList<>();
    private final Map<String, KeptRequest> judgedRequests = new LinkedHashMap<>();
    private final MostChanged changed = new MostChanged(LISTED);
    private long requests;
    private long encodedIds;

    /**
     * What came of it.
     *
     * @param requests how many were replayed
     * @param encodedIds how many of their and their candidates' ids are percent-encoded
     * @param tallies one per contender
     * @param runs judged rankings of each contender; empty maps without judgments
     * @param kept requests worth showing: the judged ones in the order of the log, or else those
     *     that changed most
     * @param problemCount lines that were not replayed, and requests without a result
     * @param problems the first of them
     */
    record Assembled(
            long requests,
            long encodedIds,
            List<ConfigurationTally> tallies,
            List<Map<String, List<ScoredPassage>>> runs,
            List<KeptRequest> kept,
            long problemCount,
            List<InputProblem> problems) {}

    /**
     * @param contenders the baseline first
     * @param qrels judgments; empty ones when there are none
     * @param live what production answered; may be nothing
     */
    RowAssembly(
            ReplayPlan plan,
            ReplayDirectory directory,
            List<Contender> contenders,
            Qrels qrels,
            LiveResults live) {
        this.plan = plan;
        this.directory = directory;
        this.contenders = contenders;
        this.qrels = qrels;
        this.live = live;
        contenders.forEach(
                contender -> {
                    tallies.add(new ConfigurationTally());
                    judged.add(new LinkedHashMap<>());
                });
    }

    /**
     * Writes the files.
     *
     * @param earlier problems found before the rows were made
     * @param qrelsProblems tells what is wrong with the judgments, given the ids replayed
     */
    Assembled run(List<InputProblem> earlier, QrelsProblems qrelsProblems) throws IOException {
        List<ContenderFiles> files = new ArrayList<>();
        try (ReplayRows rows = ReplayRows.open(plan, directory);
                Progress progress =
                        Progress.start("evaluate", " KiB", Math.max(1, rows.bytes() >> 10));
                ProblemLog problems = new ProblemLog(directory.file("problems.jsonl"))) {
            for (InputProblem problem : earlier) {
                problems.add(problem);
            }
            for (Contender contender : contenders) {
                files.add(new ContenderFiles(directory, contender));
            }
            for (ReplayRow row = rows.next(); row != null; row = rows.next()) {
                progress.done(rows.bytesRead() >> 10);
                String problem = row.problem();
                if (problem == null && !seen.add(row.request())) {
                    problem = "request_id " + row.request() + " was there before";
                }
                if (problem == null) {
                    add(row, files);
                    addRefusals(row, problems);
                    if (!live.isEmpty() && !live.has(row.request())) {
                        problem = "request " + row.request() + " has no live result";
                    }
                }
                if (problem != null) {
                    problems.add(problem(row, problem));
                }
            }
            progress.done(Math.max(1, rows.bytes() >> 10));
            for (InputProblem problem : qrelsProblems.find(judgedRequests.keySet())) {
                problems.add(problem);
            }
            return new Assembled(
                    requests,
                    encodedIds,
                    tallies,
                    judged,
                    judgedRequests.isEmpty()
                            ? changed.list()
                            : List.copyOf(judgedRequests.values()),
                    problems.count(),
                    problems.first());
        } finally {
            for (ContenderFiles file : files) {
                file.close();
            }
        }
    }

    /** Requests that the stream would answer with a dead letter alone. */
    private void addRefusals(ReplayRow row, ProblemLog problems) throws IOException {
        for (int i = 0; i < row.outcomes().size(); i++) {
            String refusal = row.outcomes().get(i).refusal();
            if (refusal != null) {
                problems.add(
                        problem(
                                row,
                                "no result under %s: %s"
                                        .formatted(plan.configurations().get(i).name(), refusal)));
            }
        }
    }

    private InputProblem problem(ReplayRow row, String reason) {
        return new InputProblem(plan.files().get(row.file()).toString(), row.line(), reason);
    }

    private void add(ReplayRow row, List<ContenderFiles> files) throws IOException {
        requests++;
        encodedIds += row.encodedIds();
        Map<String, Integer> grades = qrels.grades(row.request());
        List<Double> agreement = new ArrayList<>();
        List<List<ScoredPassage>> tops = new ArrayList<>();
        List<ScoredPassage> baseline = null;
        for (int i = 0; i < contenders.size(); i++) {
            Contender contender = contenders.get(i);
            ConfigurationTally tally = tallies.get(i);
            ReplayRow.Outcome outcome =
                    contender.isScored() ? row.outcomes().get(contender.index()) : null;
            CandidateOrder ranking = order(contender, row, outcome);
            files.get(i).write(row.request(), ranking, outcome);
            tally.add(ranking, grades);
            if (outcome != null) {
                tally.add(outcome);
            }
            List<ScoredPassage> untied = ranking.untied();
            if (baseline == null) {
                baseline = untied;
            }
            OrderComparison comparison =
                    OrderComparison.of(
                            new Run("baseline", Map.of("", baseline)),
                            new Run("contender", Map.of("", untied)),
                            TOP);
            tally.add(comparison);
            agreement.add(comparison.rankBiasedOverlap());
            List<ScoredPassage> passages = ranking.passages();
            tops.add(List.copyOf(passages.subList(0, Math.min(TOP, passages.size()))));
            if (!grades.isEmpty()) {
                judged.get(i).put(row.request(), untied);
            }
        }
        KeptRequest kept = new KeptRequest(row.file(), row.line(), row.request(), agreement, tops);
        if (!grades.isEmpty()) {
            judgedRequests.put(row.request(), kept);
        } else if (judgedRequests.isEmpty()) {
            changed.add(kept);
        }
    }

    private CandidateOrder order(
            Contender contender, ReplayRow row, ReplayRow.@Nullable Outcome outcome) {
        if (outcome != null && outcome.order() != null) {
            return CandidateOrder.of(row.candidates(), outcome.order());
        }
        if (outcome != null) {
            return CandidateOrder.byScore(row.candidates(), outcome.scores());
        }
        return contender.isLive()
                ? live.order(row.request(), row.candidates())
                : CandidateOrder.firstStage(row.candidates(), row.firstStage());
    }
}
