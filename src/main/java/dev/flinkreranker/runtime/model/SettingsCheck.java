package dev.flinkreranker.runtime.model;

import java.util.ArrayList;
import java.util.List;

/** Collects what a model has against some settings. */
final class SettingsCheck {

    private final ModelDescriptor model;
    private final ScoringSettings settings;
    private final List<String> objections = new ArrayList<>();

    SettingsCheck(ModelDescriptor model, ScoringSettings settings) {
        this.model = model;
        this.settings = settings;
    }

    SettingsCheck cutoffsAmong(List<Integer> available) {
        int previous = Integer.MIN_VALUE;
        for (int cutoff : settings.cutoffLayers()) {
            if (!available.contains(cutoff)) {
                objections.add(
                        "cutoff_layers %s: this %s model has heads at layers %s"
                                .formatted(cutoff, model.family(), ranges(available)));
            } else if (cutoff <= previous) {
                objections.add(
                        "cutoff_layers %s must ascend without repetition"
                                .formatted(settings.cutoffLayers()));
            }
            previous = cutoff;
        }
        return this;
    }

    SettingsCheck noCompression() {
        if (settings.compressRatio() != 1) {
            objections.add(
                    "compress_ratio %s: %s models do not compress tokens"
                            .formatted(settings.compressRatio(), model.family()));
        }
        if (!settings.compressLayers().isEmpty()) {
            objections.add(
                    "compress_layers %s: %s models do not compress tokens"
                            .formatted(settings.compressLayers(), model.family()));
        }
        return this;
    }

    SettingsCheck noSoftcap() {
        if (settings.attentionSoftcap()) {
            objections.add("attention_softcap: %s models have none".formatted(model.family()));
        }
        return this;
    }

    List<String> objections() {
        return List.copyOf(objections);
    }

    /** {@code 3-6, 8} for 3, 4, 5, 6, 8. */
    private static String ranges(List<Integer> ascending) {
        StringBuilder text = new StringBuilder();
        int i = 0;
        while (i < ascending.size()) {
            int end = i;
            while (end + 1 < ascending.size() && ascending.get(end + 1) == ascending.get(end) + 1) {
                end++;
            }
            text.append(i == 0 ? "" : ", ").append(ascending.get(i));
            if (end > i) {
                text.append('-').append(ascending.get(end));
            }
            i = end + 1;
        }
        return text.toString();
    }
}
