package dev.flinkreranker.workbench.replay.scoring;

import dev.flinkreranker.operators.tenant.ModelDescriptions;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.workbench.replay.plan.ReplayConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * One forward pass that serves one or more configurations: those that differ in nothing but their
 * cutoff layers share the pass through the deepest.
 *
 * @param model which model
 * @param tokenization how text becomes tokens
 * @param scoring the settings of the pass, with all cutoffs
 * @param served who is served
 */
record ScoringPass(
        ModelReference model,
        TokenizationSettings tokenization,
        ScoringSettings scoring,
        List<Served> served) {

    /**
     * A configuration served by a pass.
     *
     * @param index of the configuration
     * @param columns of the pass's logits, one per cutoff asked for, ascending
     * @param alone its own settings, for its own cost
     * @param depth candidates it reranks
     */
    record Served(int index, List<Integer> columns, ScoringSettings alone, int depth) {}

    /** The most candidates any served configuration wants. */
    int depth() {
        return served.stream().mapToInt(Served::depth).max().orElseThrow();
    }

    /**
     * Groups configurations into as few passes as give the scores that each alone would get. Where
     * a model's checkpoint cannot be read, every cutoff goes alone: sharing only saves time.
     */
    static List<ScoringPass> of(List<ReplayConfiguration> configurations) {
        ModelDescriptions models = new ModelDescriptions();
        return of(
                configurations,
                configuration ->
                        models.find(configuration.model())
                                .map(
                                        model ->
                                                model.headsByPosition(
                                                        configuration.settings().scoring()))
                                .orElse(true));
    }

    /**
     * The same with what is known of the models.
     *
     * @param headsByPosition models whose head depends on how many cutoffs are asked for; their
     *     cutoffs share a pass only when heads are chosen by layer
     */
    static List<ScoringPass> of(
            List<ReplayConfiguration> configurations,
            Predicate<ReplayConfiguration> headsByPosition) {
        List<ScoringPass> passes = new ArrayList<>();
        boolean[] done = new boolean[configurations.size()];
        for (int i = 0; i < done.length; i++) {
            if (done[i]) {
                continue;
            }
            ReplayConfiguration first = configurations.get(i);
            List<Integer> members = new ArrayList<>(List.of(i));
            for (int j = i + 1; j < done.length; j++) {
                if (shares(first, configurations.get(j), headsByPosition)) {
                    members.add(j);
                    done[j] = true;
                }
            }
            passes.add(of(configurations, members));
        }
        return List.copyOf(passes);
    }

    private static ScoringPass of(List<ReplayConfiguration> configurations, List<Integer> members) {
        ReplayConfiguration first = configurations.get(members.get(0));
        TreeSet<Integer> cutoffs = new TreeSet<>();
        members.forEach(
                m -> cutoffs.addAll(configurations.get(m).settings().scoring().cutoffLayers()));
        List<Integer> ascending = List.copyOf(cutoffs);
        List<Served> served = new ArrayList<>();
        for (int member : members) {
            ReplayConfiguration configuration = configurations.get(member);
            ScoringSettings own = configuration.settings().scoring();
            List<Integer> columns =
                    own.cutoffLayers().isEmpty()
                            ? List.of(0)
                            : own.cutoffLayers().stream().map(ascending::indexOf).toList();
            served.add(new Served(member, columns, own, configuration.depth()));
        }
        return new ScoringPass(
                first.model(),
                first.settings().tokenization(),
                withCutoffs(first.settings().scoring(), ascending),
                List.copyOf(served));
    }

    private static boolean shares(
            ReplayConfiguration a,
            ReplayConfiguration b,
            Predicate<ReplayConfiguration> headsByPosition) {
        ScoringSettings left = a.settings().scoring();
        ScoringSettings right = b.settings().scoring();
        if (!a.model().equals(b.model())
                || !a.settings().tokenization().equals(b.settings().tokenization())
                || !withCutoffs(left, List.of()).equals(withCutoffs(right, List.of()))) {
            return false;
        }
        boolean bothTold = !left.cutoffLayers().isEmpty() && !right.cutoffLayers().isEmpty();
        return left.equals(right) || (bothTold && !headsByPosition.test(a));
    }

    private static ScoringSettings withCutoffs(ScoringSettings settings, List<Integer> cutoffs) {
        return new ScoringSettings(
                cutoffs,
                settings.compressRatio(),
                settings.compressLayers(),
                settings.headSelection(),
                settings.attentionSoftcap());
    }
}
