package dev.flinkreranker.workbench.replay.outcome;

import dev.flinkreranker.workbench.evaluation.measure.Measure;
import dev.flinkreranker.workbench.evaluation.trec.Qrels;
import dev.flinkreranker.workbench.evaluation.trec.QrelsReader;
import dev.flinkreranker.workbench.replay.input.InputProblem;
import dev.flinkreranker.workbench.replay.outcome.RowAssembly.Assembled;
import dev.flinkreranker.workbench.replay.plan.ReplayDirectory;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import dev.flinkreranker.workbench.report.HtmlReport;
import dev.flinkreranker.workbench.report.ReportData;
import dev.flinkreranker.workbench.report.ReportData.Decision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes runs, results, figures and the report of a replay's rows. */
public final class ReplayEvaluation {

    private final ReplayPlan plan;
    private final ReplayDirectory directory;
    private final Question question;
    private final List<InputProblem> known;
    private final List<Contender> contenders;
    private final LiveResults live;
    private final QrelsReader.Located judged;

    /**
     * What is evaluated and how.
     *
     * @param qrels judgments; null when there are none
     * @param live files of what production answered; may be empty
     * @param measures headline first
     * @param baseline name of what the others are compared with
     * @param seed of the bootstrap
     * @param title heading of the report
     * @param tolerated loss of the headline measure that is put up with for a cheaper configuration
     * @param requestsPerSecond how many requests the log had in a second; null when nobody knows
     */
    public record Question(
            @Nullable Path qrels,
            List<Path> live,
            List<Measure> measures,
            String baseline,
            long seed,
            String title,
            double tolerated,
            @Nullable Double requestsPerSecond) {}

    /**
     * What came of it.
     *
     * @param data as shown in the report
     * @param figures by name, of each contender but the baseline, for gates
     * @param partialAnswers answers of production that left documents out
     */
    public record Answer(
            ReportData data, Map<String, Map<String, Double>> figures, long partialAnswers) {}

    /**
     * Reads judgments and answers, so that a wrong name or file is told before hours of scoring.
     *
     * @param earlier problems found when the log was made
     * @throws IllegalArgumentException when nothing is named as the baseline is
     */
    public ReplayEvaluation(
            ReplayPlan plan,
            ReplayDirectory directory,
            Question question,
            List<InputProblem> earlier)
            throws IOException {
        this.plan = plan;
        this.directory = directory;
        this.question = question;
        this.contenders = Contender.of(plan, !question.live().isEmpty(), question.baseline());
        this.known = new ArrayList<>(earlier);
        this.live = LiveResults.read(question.live(), known);
        this.judged =
                question.qrels() == null
                        ? new QrelsReader.Located(new Qrels(Map.of()), Map.of())
                        : QrelsReader.locate(question.qrels());
    }

    /**
     * Goes through the directory's rows and writes all the files.
     *
     * @throws IOException when there is no row of scores, or a file cannot be written
     */
    public Answer run() throws IOException {
        Qrels qrels = judged.qrels();
        Assembled assembled =
                new RowAssembly(plan, directory, contenders, qrels, live)
                        .run(known, new QrelsProblems(question.qrels(), judged.firstLines()));
        if (assembled.requests() == 0) {
            throw new IOException(
                    "no request of the input could be replayed; "
                            + directory.file("problems.jsonl")
                            + " says why");
        }
        Quality quality =
                Quality.of(contenders, assembled, qrels, question.measures(), question.seed());
        Decision decision =
                new DecisionRule(
                                contenders,
                                assembled.tallies(),
                                quality,
                                question.tolerated(),
                                question.seed())
                        .decide();
        ReplaySummary.write(
                ReplaySummary.of(contenders, assembled, quality, decision),
                directory.file("summary.json"));
        ReplaySummary.write(
                ReplaySummary.timings(contenders, assembled), directory.file("timing.json"));
        ReportData data =
                new ReportBuilder(contenders, assembled, quality, qrels, decision)
                        .build(
                                question.title(),
                                description(),
                                question.requestsPerSecond(),
                                plan.files());
        HtmlReport.write(data, directory.file("report.html"));
        Map<String, Map<String, Double>> figures = new LinkedHashMap<>();
        for (int i = 1; i < contenders.size(); i++) {
            figures.put(contenders.get(i).name(), quality.figures(i, assembled.tallies().get(i)));
        }
        return new Answer(data, figures, live.partial());
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
