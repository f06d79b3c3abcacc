package dev.flinkreranker.workbench.replay.outcome;

import dev.flinkreranker.workbench.evaluation.trec.Qrels;
import dev.flinkreranker.workbench.evaluation.trec.ScoredPassage;
import dev.flinkreranker.workbench.replay.input.ReplayRequest;
import dev.flinkreranker.workbench.replay.outcome.RowAssembly.Assembled;
import dev.flinkreranker.workbench.report.ReportData;
import dev.flinkreranker.workbench.report.ReportData.Configuration;
import dev.flinkreranker.workbench.report.ReportData.Decision;
import dev.flinkreranker.workbench.report.ReportData.Histogram;
import dev.flinkreranker.workbench.report.ReportData.Passage;
import dev.flinkreranker.workbench.report.ReportData.Problem;
import dev.flinkreranker.workbench.report.ReportData.Query;
import dev.flinkreranker.workbench.report.ReportData.Ranked;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Puts a replay's figures and the texts of its biggest movers into the report's model. */
final class ReportBuilder {
    private static final int MOVERS = 20;
    private static final int QUERY_CHARS = 300;
    private static final int PASSAGE_CHARS = 500;

    private final List<Contender> contenders;
    private final Assembled assembled;
    private final Quality quality;
    private final Qrels qrels;
    private final @Nullable Decision decision;
    private final List<Passage> passages = new ArrayList<>();
    private final Map<String, Integer> passageIndexes = new HashMap<>();

    /**
     * @param decision which contender to take; null for none
     */
    ReportBuilder(
            List<Contender> contenders,
            Assembled assembled,
            Quality quality,
            Qrels qrels,
            @Nullable Decision decision) {
        this.contenders = contenders;
        this.assembled = assembled;
        this.quality = quality;
        this.qrels = qrels;
        this.decision = decision;
    }

    /**
     * The report's model.
     *
     * @param requestsPerSecond how many requests the log had in a second; null when nobody knows
     * @param files the log
     */
    ReportData build(
            String title, String description, @Nullable Double requestsPerSecond, List<Path> files)
            throws IOException {
        List<KeptRequest> listed = listed();
        Set<String> movers = new HashSet<>();
        add(listed, this::change, movers);
        if (decision != null) {
            add(listed, request -> loss(decision.best(), decision.chosen(), request), movers);
        }
        for (int i = 1; i < contenders.size() && quality.labelled(); i++) {
            int contender = i;
            add(listed, request -> loss(0, contender, request), movers);
        }
        Map<String, ReplayRequest> texts = LogTexts.read(files, listed);
        List<Query> queries = new ArrayList<>();
        for (KeptRequest request : listed) {
            ReplayRequest text = texts.get(request.id());
            queries.add(
                    new Query(
                            request.id(),
                            shorten(text.request().query(), QUERY_CHARS),
                            values(request),
                            movers.contains(request.id()) ? rankings(request, text) : List.of()));
        }
        List<Problem> problems =
                assembled.problems().stream()
                        .map(p -> new Problem(p.source(), p.line(), p.reason()))
                        .toList();
        return new ReportData(
                title,
                description,
                quality.measures().stream().map(Object::toString).toList(),
                quality.labelled()
                        ? quality.headline().toString()
                        : "RBO with " + contenders.get(0).name(),
                assembled.requests(),
                quality.labelled() ? assembled.runs().get(0).size() : 0,
                configurations(),
                decision,
                requestsPerSecond,
                queries,
                passages,
                assembled.problemCount(),
                problems);
    }

    /** Adds the requests that a figure is largest of, as far as it is above zero. */
    private static void add(
            List<KeptRequest> listed, ToDoubleFunction<KeptRequest> figure, Set<String> movers) {
        listed.stream()
                .filter(request -> figure.applyAsDouble(request) > 0)
                .sorted(
                        Comparator.comparingDouble(
                                (KeptRequest request) -> -figure.applyAsDouble(request)))
                .limit(MOVERS)
                .forEach(request -> movers.add(request.id()));
    }

    private double loss(int from, int to, KeptRequest request) {
        return quality.value(from, request.id()) - quality.value(to, request.id());
    }

    private List<KeptRequest> listed() {
        return assembled.kept().stream()
                .sorted(Comparator.comparingDouble((KeptRequest request) -> -change(request)))
                .limit(RowAssembly.LISTED)
                .sorted(
                        Comparator.comparingInt(KeptRequest::file)
                                .thenComparingLong(KeptRequest::line))
                .toList();
    }

    private List<Configuration> configurations() {
        List<Configuration> configurations = new ArrayList<>();
        for (int i = 0; i < contenders.size(); i++) {
            Contender contender = contenders.get(i);
            ConfigurationTally tally = assembled.tallies().get(i);
            Histogram scores = tally.scores().histogram();
            configurations.add(
                    new Configuration(
                            contender.name(),
                            contender.settings(),
                            contender.curve(),
                            quality.means(i),
                            contender.isScored() ? tally.cost() : null,
                            scores == null ? new Histogram(0, 1, List.of()) : scores,
                            tally.labelledScores().histogram(),
                            quality.difference(i, tally)));
        }
        return configurations;
    }

    private List<Double> values(KeptRequest request) {
        if (!quality.labelled()) {
            return request.agreement();
        }
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < contenders.size(); i++) {
            values.add(quality.value(i, request.id()));
        }
        return values;
    }

    /** The largest distance of any contender from the baseline. */
    private double change(KeptRequest request) {
        if (!quality.labelled()) {
            return request.change();
        }
        double baseline = quality.value(0, request.id());
        double change = 0;
        for (int i = 1; i < contenders.size(); i++) {
            change = Math.max(change, Math.abs(quality.value(i, request.id()) - baseline));
        }
        return change;
    }

    private List<List<Ranked>> rankings(KeptRequest request, ReplayRequest text) {
        Map<String, String> textOfId = new HashMap<>();
        for (int i = 0; i < text.ids().size(); i++) {
            textOfId.put(text.ids().get(i), text.request().candidates().get(i).text());
        }
        Map<String, Integer> grades = qrels.grades(request.id());
        List<List<Ranked>> rankings = new ArrayList<>();
        for (List<ScoredPassage> top : request.tops()) {
            List<Ranked> ranked = new ArrayList<>();
            for (ScoredPassage passage : top) {
                int index = passage(request.id(), passage.id(), textOfId.get(passage.id()));
                ranked.add(new Ranked(index, passage.score(), grades.get(passage.id())));
            }
            rankings.add(ranked);
        }
        return rankings;
    }

    /** Logs may use the same document id for other texts in another request. */
    private int passage(String request, String id, String text) {
        return passageIndexes.computeIfAbsent(
                request + " " + id,
                key -> {
                    passages.add(new Passage(id, shorten(text, PASSAGE_CHARS)));
                    return passages.size() - 1;
                });
    }

    private static String shorten(String text, int most) {
        if (text.codePointCount(0, text.length()) <= most) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, most)) + " …";
    }
}
