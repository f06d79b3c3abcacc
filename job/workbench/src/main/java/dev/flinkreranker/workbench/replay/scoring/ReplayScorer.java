package dev.flinkreranker.workbench.replay.scoring;

import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.result.Answer;
import dev.flinkreranker.operators.result.Cascade;
import dev.flinkreranker.operators.result.CascadeOutcome;
import dev.flinkreranker.operators.result.Ranking;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.operators.result.StageScores;
import dev.flinkreranker.operators.tenant.ModelDescriptions;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.Stage;
import dev.flinkreranker.runtime.engine.ModelOpener;
import dev.flinkreranker.runtime.engine.RerankOutcome;
import dev.flinkreranker.runtime.engine.Usage;
import dev.flinkreranker.workbench.replay.plan.ReplayConfiguration;
import dev.flinkreranker.workbench.replay.scoring.ReplayRow.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Scores blocks of requests under all configurations. Texts that share a tokenization are tokenized
 * once, demands that differ in the cutoff alone share one pass, and equal pairs of a block are
 * scored once. A stage of a cascade scores what the one before has kept, unless another
 * configuration's pass has its scores already. Tokenization runs side by side; a device takes one
 * call at a time.
 */
final class ReplayScorer implements AutoCloseable {
    private final List<ReplayConfiguration> configurations;
    private final int batchTokens;
    private final OpenModels models;
    private final ModelDescriptions descriptions = new ModelDescriptions();
    private final Map<String, ReentrantLock> devices = new ConcurrentHashMap<>();

    /**
     * Opens the models that configurations name; one that only requests name is opened with the
     * first of them.
     *
     * @throws IllegalArgumentException when a model cannot do what a configuration asks for
     * @throws Exception when a model cannot be opened; the message is one line for a person
     */
    ReplayScorer(List<ReplayConfiguration> configurations, int batchTokens, ModelOpener opener)
            throws Exception {
        this.configurations = List.copyOf(configurations);
        this.batchTokens = batchTokens;
        this.models = new OpenModels(opener);
        try {
            for (ReplayConfiguration configuration : configurations) {
                for (Map.Entry<String, RerankSettings> entry :
                        configuration.settings().entrySet()) {
                    check(entry.getKey(), entry.getValue(), configuration);
                }
            }
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    /**
     * A request under some settings, on its way through their stages.
     *
     * @param request its place in the block
     * @param pairFlops operations of every pair so far
     * @param sharedFlops those of them that a deeper stage goes on from
     */
    private record Course(
            int request,
            ReplayConfiguration configuration,
            Cascade cascade,
            List<Long> pairFlops,
            List<Long> sharedFlops) {

        Demand demand() {
            RerankSettings stage = cascade.settings();
            return new Demand(
                    configuration.models().get(stage.model()),
                    stage.tokenization(),
                    stage.scoring());
        }
    }

    /**
     * The outcomes, [request][configuration].
     *
     * @throws ReplayFailedException when a model that only requests name cannot be opened
     */
    List<List<Outcome>> score(List<AskedRequest> block) {
        List<Course> courses = new ArrayList<>();
        List<List<Outcome>> outcomes = new ArrayList<>(block.size());
        List<Supplier<Outcome>> answers = new ArrayList<>();
        for (int i = 0; i < block.size(); i++) {
            for (int c = 0; c < configurations.size(); c++) {
                Resolved under = block.get(i).under().get(c);
                RerankRequest request = block.get(i).request().request();
                Course own = course(i, c, request, under.origin().settings(), courses);
                Course second =
                        under.interleaving() == null
                                ? null
                                : course(i, c, request, under.interleaving().settings(), courses);
                answers.add(() -> outcome(request, under, own, second));
            }
        }
        run(block, courses);
        for (int i = 0; i < block.size(); i++) {
            int from = i * configurations.size();
            outcomes.add(
                    answers.subList(from, from + configurations.size()).stream()
                            .map(Supplier::get)
                            .toList());
        }
        return outcomes;
    }

    @Override
    public void close() {
        models.close();
    }

    private void check(String path, RerankSettings settings, ReplayConfiguration configuration)
            throws Exception {
        if (settings.passesThrough()) {
            return;
        }
        for (Stage stage : settings.cascade()) {
            List<String> complaints =
                    models.open(configuration.models().get(stage.settings().model()))
                            .check(stage.settings().scoring());
            if (!complaints.isEmpty()) {
                throw new IllegalArgumentException(
                        "configuration " + path + ": " + String.join("; ", complaints));
            }
        }
    }

    /** Null where nothing is to be scored. */
    private @Nullable Course course(
            int index,
            int configuration,
            RerankRequest request,
            RerankSettings settings,
            List<Course> all) {
        if (settings.passesThrough()) {
            return null;
        }
        Course course =
                new Course(
                        index,
                        configurations.get(configuration),
                        new Cascade(request, settings),
                        new ArrayList<>(),
                        new ArrayList<>());
        all.add(course);
        return course;
    }

    /** Stage by stage, all requests of the block side by side. */
    private void run(List<AskedRequest> block, List<Course> courses) {
        BlockPasses passes =
                new BlockPasses(block, models, this::headsByPosition, this::device, batchTokens);
        List<Course> open = courses;
        while (!open.isEmpty()) {
            Map<Integer, Map<Demand, SortedSet<Integer>>> wanted = new LinkedHashMap<>();
            for (Course course : open) {
                wanted.computeIfAbsent(course.request(), request -> new LinkedHashMap<>())
                        .computeIfAbsent(course.demand(), demand -> new TreeSet<>())
                        .addAll(course.cascade().documents());
            }
            passes.score(wanted);
            for (Course course : open) {
                Cascade cascade = course.cascade();
                RerankSettings earlier = cascade.earlierOfSameTokens();
                BlockPasses.Scores scores =
                        passes.scores(
                                course.request(),
                                course.demand(),
                                earlier == null ? null : earlier.scoring(),
                                cascade.documents());
                course.pairFlops().addAll(scores.pairFlops());
                course.sharedFlops().addAll(scores.sharedFlops());
                cascade.advance(scores.outcome());
            }
            open = open.stream().filter(course -> !course.cascade().hasEnded()).toList();
        }
    }

    /** Where a model's checkpoint cannot be read, every cutoff goes alone. */
    private boolean headsByPosition(Demand demand) {
        return descriptions
                .find(demand.model())
                .map(model -> model.headsByPosition(demand.scoring()))
                .orElse(true);
    }

    private ReentrantLock device(String device) {
        return devices.computeIfAbsent(device, name -> new ReentrantLock(true));
    }

    private static Outcome outcome(
            RerankRequest request,
            Resolved resolved,
            @Nullable Course own,
            @Nullable Course second) {
        CascadeOutcome scored = own == null ? null : own.cascade().outcome();
        String result = null;
        String refusal = null;
        try {
            result =
                    new String(
                            ResultCodec.encode(
                                    Answer.of(
                                            request,
                                            resolved.origin(),
                                            scored,
                                            resolved.interleaving(),
                                            second == null ? null : second.cascade().outcome())),
                            StandardCharsets.UTF_8);
        } catch (RejectedEventException e) {
            refusal = e.getMessage();
        }
        if (scored == null) {
            return new Outcome(List.of(), 0, 0, List.of(), List.of(), 0, result, refusal, null);
        }
        RerankSettings settings = resolved.origin().settings();
        List<Stage> cascade = settings.cascade();
        List<@Nullable Float> scores = new ArrayList<>();
        List<Usage> usages = new ArrayList<>();
        for (int i = 0; i < scored.stages().size(); i++) {
            StageScores stage = scored.stages().get(i);
            scores.addAll(stage.ranking(request, cascade.get(i).settings()));
            usages.add(stage.scored().usage());
        }
        if (scored.unfinished() instanceof RerankOutcome.Scored none) {
            scores.addAll(Collections.nCopies(none.scores().size(), null));
            usages.add(none.usage());
        }
        return new Outcome(
                scores,
                usages.stream().mapToLong(Usage::tokens).sum(),
                usages.stream().mapToInt(Usage::truncated).sum(),
                List.copyOf(own.pairFlops()),
                List.copyOf(own.sharedFlops()),
                scored.deviceNanos(),
                result,
                refusal,
                settings.stages() == null ? null : Ranking.order(request, settings, scored));
    }
}
