package dev.flinkreranker.workbench.replay.outcome;

import dev.flinkreranker.operators.tenant.Fusion;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.Stage;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.program.ComputeDevice;
import dev.flinkreranker.workbench.replay.plan.ReplayConfiguration;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * What is compared: the first stage or a configuration.
 *
 * @param name as in file names
 * @param index of the configuration in the plan; below zero for the first stage and for what
 *     production answered
 * @param settings what it is made of, for a person
 * @param curve what it shares with the configurations that differ from it in the cutoff alone; null
 *     when there are none
 * @param sameBits whether its scores have the same bits in any batch ({@link
 *     ComputeDevice#sameBitsInAnyBatch}), as the stream's are
 */
record Contender(
        String name, int index, String settings, @Nullable String curve, boolean sameBits) {
    private static final int FIRST_STAGE_INDEX = -1;
    private static final int LIVE_INDEX = -2;

    /** Whether the replay scores for it. */
    boolean isScored() {
        return index >= 0;
    }

    /** Whether it is what production answered. */
    boolean isLive() {
        return index == LIVE_INDEX;
    }

    /**
     * All of a plan, the baseline first.
     *
     * @param live whether what production answered is there too
     * @throws IllegalArgumentException when nothing is named as the baseline is
     */
    static List<Contender> of(ReplayPlan plan, boolean live, String baseline) {
        List<Contender> all = new ArrayList<>();
        all.add(
                new Contender(
                        ReplayConfiguration.FIRST_STAGE,
                        FIRST_STAGE_INDEX,
                        "the order of the input",
                        null,
                        true));
        if (live) {
            all.add(
                    new Contender(
                            ReplayConfiguration.LIVE,
                            LIVE_INDEX,
                            "what production answered",
                            null,
                            true));
        }
        List<ReplayConfiguration> configurations = plan.configurations();
        for (int i = 0; i < configurations.size(); i++) {
            ReplayConfiguration own = configurations.get(i);
            String curve = settings(own, false);
            long alike =
                    configurations.stream()
                            .filter(c -> c.common() != null && settings(c, false).equals(curve))
                            .count();
            all.add(
                    new Contender(
                            own.name(),
                            i,
                            settings(own, true),
                            own.common() != null && alike > 1 ? curve : null,
                            own.named().stream().allMatch(Contender::hasSameBits)));
        }
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).name().equals(baseline)) {
                all.add(0, all.remove(i));
                return List.copyOf(all);
            }
        }
        throw new IllegalArgumentException(
                "no configuration is named "
                        + baseline
                        + "; there are "
                        + String.join(", ", all.stream().map(Contender::name).toList()));
    }

    private static boolean hasSameBits(ModelReference model) {
        return Arrays.stream(model.device().split(","))
                .allMatch(
                        device ->
                                !device.equals(ModelCatalog.ANY_DEVICE)
                                        && ComputeDevice.named(device).sameBitsInAnyBatch());
    }

    private static String settings(ReplayConfiguration configuration, boolean withCutoff) {
        int tenants = configuration.tenants().tenants().size();
        if (tenants > 0) {
            return tenants == 1 ? "1 tenant and the defaults" : tenants + " tenants and defaults";
        }
        TenantConfig config = configuration.tenants().defaults();
        RerankSettings settings = config.settings();
        StringJoiner text = new StringJoiner(", ");
        text.add(
                settings.passesThrough()
                        ? "no model"
                        : cascade(settings, configuration.models(), withCutoff));
        if (!config.routes().isEmpty()) {
            text.add(
                    "routes "
                            + String.join(
                                    " ", config.routes().stream().map(r -> r.name()).toList()));
        }
        return text.toString();
    }

    private static String cascade(
            RerankSettings settings, Map<String, ModelReference> models, boolean withCutoff) {
        if (settings.stages() == null) {
            return settings(settings, models, withCutoff);
        }
        StringJoiner text = new StringJoiner("; then ");
        int candidates = settings.scoredOf(Integer.MAX_VALUE);
        if (candidates < Integer.MAX_VALUE) {
            text.add(
                    candidates
                            + (settings.choosesByFirstStage()
                                    ? " candidates by the first stage"
                                    : " candidates"));
        }
        for (Stage stage : settings.cascade()) {
            String cut = stage.cut() == null ? "" : ", " + cut(stage.cut());
            text.add(settings(stage.settings(), models, true) + cut);
        }
        return text.toString();
    }

    private static String cut(Stage.Cut cut) {
        StringJoiner text = new StringJoiner(", ");
        if (cut.keep() != null) {
            text.add("keep " + cut.keep());
        }
        if (cut.margin() != null) {
            text.add("margin " + cut.margin());
        }
        if (cut.minScore() != null) {
            text.add("min_score " + cut.minScore());
        }
        return text.toString();
    }

    private static String settings(
            RerankSettings settings, Map<String, ModelReference> models, boolean withCutoff) {
        StringJoiner text = new StringJoiner(", ");
        text.add(settings.model());
        if (withCutoff && !settings.cutoffLayers().isEmpty()) {
            text.add("layer " + numbers(settings.cutoffLayers()));
        }
        if (settings.compressRatio() > 1) {
            text.add(
                    "compressed "
                            + settings.compressRatio()
                            + " to 1 at layers "
                            + numbers(settings.compressLayers()));
        }
        Integer maxLength = settings.maxLength();
        text.add(maxLength == null ? "the model's own length" : maxLength + " tokens");
        if (settings.prompt() != null) {
            text.add("prompt \"" + settings.prompt() + "\"");
        }
        if (settings.fusion() != Fusion.NONE) {
            text.add(fusion(settings));
        }
        if (settings.maxCandidates() != null) {
            text.add("first " + settings.maxCandidates());
        }
        text.add(models.get(settings.model()).computeType().name().toLowerCase(Locale.ROOT));
        return text.toString();
    }

    private static String fusion(RerankSettings settings) {
        return settings.fusion() == Fusion.Z_SUM
                ? "z_sum with weight " + settings.fusionWeight()
                : "reciprocal_rank with k = " + settings.fusionK();
    }

    private static String numbers(List<Integer> layers) {
        return String.join(" ", layers.stream().map(String::valueOf).toList());
    }
}
