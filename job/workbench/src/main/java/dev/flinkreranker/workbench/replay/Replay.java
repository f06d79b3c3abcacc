package dev.flinkreranker.workbench.replay;

import dev.flinkreranker.workbench.evaluation.Measure;
import dev.flinkreranker.workbench.evaluation.Qrels;
import dev.flinkreranker.workbench.evaluation.QrelsReader;
import dev.flinkreranker.workbench.replay.Assembly.Assembled;
import dev.flinkreranker.workbench.replay.input.InputProblem;
import dev.flinkreranker.workbench.report.HtmlReport;
import dev.flinkreranker.workbench.report.ReportData;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A whole replay: scores a plan's input, then writes runs, results, figures and the report. Started
 * again on the same directory it goes on where it was, and after the end it writes the same files
 * again without scoring.
 *
 * @param plan what is replayed
 * @param directory where to
 * @param models opens models
 * @param checkpointInterval how often progress is secured
 */
record Replay(
        ReplayPlan plan,
        ReplayDirectory directory,
        ReplayModels models,
        Duration checkpointInterval) {

    /**
     * What is evaluated and how.
     *
     * @param qrels judgments; null when there are none
     * @param live files of what production answered; may be empty
     * @param measures headline first
     * @param baseline name of what the others are compared with
     * @param seed of the bootstrap
     * @param title heading of the report
     */
    record Evaluating(
            Path qrels,
            List<Path> live,
            List<Measure> measures,
            String baseline,
            long seed,
            String title) {}

    /**
     * What came of it.
     *
     * @param data as shown in the report
     * @param figures by name, of each contender but the baseline, for gates
     * @param partialAnswers answers of production that left documents out
     */
    record Outcome(
            ReportData data, Map<String, Map<String, Double>> figures, long partialAnswers) {}

    /**
     * Runs it.
     *
     * @param earlier problems found when the log was made
     */
    Outcome run(Evaluating evaluating, List<InputProblem> earlier)
            throws IOException, BadInputException, InterruptedException {
        // First, so that a wrong name or file is told before hours of scoring.
        List<Contender> contenders =
                Contender.of(plan, !evaluating.live().isEmpty(), evaluating.baseline());
        List<InputProblem> known = new ArrayList<>(earlier);
        LiveResults live = LiveResults.read(evaluating.live(), known);
        Qrels qrels =
                evaluating.qrels() == null
                        ? new Qrels(Map.of())
                        : QrelsReader.read(evaluating.qrels());
        new ReplayJob(plan, directory, models, checkpointInterval).run();

        Assembled assembled =
                new Assembly(plan, directory, contenders, qrels, live)
                        .run(known, new QrelsProblems(evaluating.qrels(), qrels));
        if (assembled.requests() == 0) {
            throw new IOException(
                    "no request of the input could be replayed; "
                            + directory.file("problems.jsonl")
                            + " says why");
        }
        Quality quality =
                Quality.of(contenders, assembled, qrels, evaluating.measures(), evaluating.seed());
        ReplaySummary.write(
                ReplaySummary.of(contenders, assembled, quality), directory.file("summary.json"));
        ReplaySummary.write(
                ReplaySummary.timings(contenders, assembled), directory.file("timing.json"));
        ReportData data =
                new ReportBuilder(contenders, assembled, quality, qrels)
                        .build(evaluating.title(), description(), plan.files());
        HtmlReport.write(data, directory.file("report.html"));
        Map<String, Map<String, Double>> figures = new LinkedHashMap<>();
        for (int i = 1; i < contenders.size(); i++) {
            figures.put(contenders.get(i).name(), quality.figures(i, assembled.tallies().get(i)));
        }
        return new Outcome(data, figures, live.partial());
    }

    private String description() {
        int files = plan.sources().size();
        String first = plan.sources().get(0).path();
        return (files == 1 ? first : first + " and " + (files - 1) + " more files")
                + ", "
                + plan.configurations().size()
                + (plan.configurations().size() == 1 ? " configuration" : " configurations");
    }
}
