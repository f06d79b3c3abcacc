package dev.flinkreranker.workbench.tune;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.job.config.Yaml;
import dev.flinkreranker.operators.tenant.CalibratedStage;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.runtime.checkpoint.WeightsFingerprint;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ModelDescriptor;
import dev.flinkreranker.workbench.replay.plan.ConfigurationDraft;
import dev.flinkreranker.workbench.replay.plan.ConfigurationReader;
import dev.flinkreranker.workbench.replay.plan.Grid;
import dev.flinkreranker.workbench.replay.plan.ReplayConfiguration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Whose stages are looked for.
 *
 * @param draft its config, without what stages decide
 * @param model that its config names
 * @param heads layers that can score, ascending; the last is the whole model
 * @param own how its config fuses now
 */
record TunedTenant(ConfigurationDraft draft, ModelReference model, List<Integer> heads, Blend own) {
    /** What cannot be told apart from the stages' own effect. */
    private static final List<String> NOT_TUNED =
            List.of("stages", "max_candidates", "routes", "interleave", "when_late");

    /**
     * Looks at a config.
     *
     * @param ownSettings whether what requests set themselves counts
     * @throws IllegalArgumentException when stages cannot be found for it, saying why
     */
    static TunedTenant of(ConfigurationDraft draft, boolean ownSettings) throws IOException {
        for (String field : NOT_TUNED) {
            if (draft.fields().has(field)) {
                throw new IllegalArgumentException(
                        "%s.%s: tune looks for the stages of one ranking; leave it out"
                                .formatted(draft.file(), field));
            }
        }
        ReplayConfiguration configuration = ConfigurationReader.read(draft).get(0);
        RerankSettings settings = configuration.tenants().defaults().settings();
        if (settings.passesThrough()) {
            throw new IllegalArgumentException(
                    draft.file() + ".model is none, so there is nothing to tune");
        }
        if (ownSettings && configuration.leavesRankingToRequests()) {
            throw new IllegalArgumentException(
                    "%s.overrides: lets requests choose how they are ranked; add --ignore-overrides"
                            .formatted(draft.file()));
        }
        ModelReference model = configuration.models().get(settings.model());
        ObjectNode fields = draft.fields().deepCopy();
        fields.remove(TenantFile.DECIDED);
        return new TunedTenant(
                draft.with(fields),
                model,
                ModelDescriptor.read(model.path(), model.basePath()).cutoffLayers(),
                Blend.of(settings));
    }

    /** Whether a depth can be named. */
    boolean hasHeads() {
        return heads.size() > 1;
    }

    /** Configurations that score all candidates at some depths, one for each. */
    List<ReplayConfiguration> at(List<Integer> layers) throws IOException {
        if (!hasHeads()) {
            return ConfigurationReader.read(draft);
        }
        List<ReplayConfiguration> configurations = new ArrayList<>();
        Grid depths = new Grid("cutoff_layers", layers.stream().map(String::valueOf).toList());
        for (ConfigurationDraft one : draft.vary(depths)) {
            configurations.addAll(ConfigurationReader.read(one));
        }
        return configurations;
    }

    /**
     * The stages of a config that was written for it, as a calibration names them.
     *
     * @param yaml of {@link #file}
     */
    List<CalibratedStage> calibrated(String yaml) throws IOException {
        String fingerprint = WeightsFingerprint.of(model.path(), model.basePath());
        ReplayConfiguration written =
                ConfigurationReader.read(draft.with((ObjectNode) Yaml.parse(yaml))).get(0);
        return CalibratedStage.of(written.tenants().defaults().settings()).stream()
                .map(stage -> new CalibratedStage(fingerprint, stage.settings()))
                .toList();
    }

    /** Its config with other stages, whose model is named from everywhere. */
    TenantFile file(boolean byFirstStage) {
        ObjectNode fields = draft.fields().deepCopy();
        fields.put("model", model.directory());
        return new TenantFile(fields, hasHeads(), byFirstStage);
    }
}
