package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What of {@link ScoringSettings} a decoder can do, and what it means for it. Refuses what the
 * reference would silently answer otherwise, and says how.
 */
final class DecoderSettings {

    private final DecoderDescriptor model;

    DecoderSettings(DecoderDescriptor model) {
        this.model = model;
    }

    /**
     * One line for each thing that the model cannot do, beginning with the field; empty when it can
     * do all.
     */
    List<String> check(ScoringSettings settings) {
        List<String> faults = new ArrayList<>();
        if (model.architecture().layerwise()) {
            checkLayerwiseCutoffs(settings.cutoffLayers(), faults);
        } else if (!settings.cutoffLayers().isEmpty()
                && !settings.cutoffLayers().equals(List.of(model.layers()))) {
            faults.add(
                    "cutoff_layers %s: %s has one head, after its last layer %d; the reference would ignore them"
                            .formatted(settings.cutoffLayers(), name(), model.layers()));
        }
        if (settings.compressRatio() < 1) {
            faults.add(
                    "compress_ratio %d: must be at least 1; the reference would divide by it unchecked"
                            .formatted(settings.compressRatio()));
        }
        if (model.architecture().compresses()) {
            checkCompression(settings, faults);
        } else {
            refuseCompression(settings, faults);
        }
        return List.copyOf(faults);
    }

    /** One line for each thing that is accepted but has no effect; empty when there is none. */
    List<String> warnings(ScoringSettings settings) {
        List<String> warnings = new ArrayList<>();
        if (!model.architecture().compresses()) {
            return warnings;
        }
        int deepest = deepest(settings);
        for (int layer : settings.compressLayers()) {
            if (layer >= deepest) {
                warnings.add(
                        "compress_layers %d never runs: the deepest of cutoff_layers is %d"
                                .formatted(layer, deepest));
            }
        }
        if (settings.compressRatio() == 1 && !settings.compressLayers().isEmpty()) {
            warnings.add(
                    "compress_layers %s do nothing at compress_ratio 1"
                            .formatted(settings.compressLayers()));
        }
        return warnings;
    }

    /** The layers to score, ascending; the last layer when the settings name none. */
    List<Integer> cutoffs(ScoringSettings settings) {
        return settings.cutoffLayers().isEmpty()
                ? List.of(model.layers())
                : settings.cutoffLayers();
    }

    /** How many layers run. */
    int deepest(ScoringSettings settings) {
        return cutoffs(settings).stream().mapToInt(Integer::intValue).max().orElseThrow();
    }

    /** How many states a pair has after so many layers, where compression has merged some. */
    int states(TokenizedPair pair, ScoringSettings settings, int layers) {
        int passage = pair.passageLength();
        int merges = settings.merges(0, layers).size();
        for (int i = 0; i < merges; i++) {
            passage = (passage + settings.compressRatio() - 1) / settings.compressRatio();
        }
        return pair.length() - pair.passageLength() + passage;
    }

    /** As {@link ModelDescriptor#sharedLayers} says. */
    int sharedLayers(ScoringSettings earlier, ScoringSettings later) {
        int layers = deepest(earlier) - 1;
        List<Integer> merges = earlier.merges(0, layers);
        boolean same =
                earlier.attentionSoftcap() == later.attentionSoftcap()
                        && merges.equals(later.merges(0, layers))
                        && (merges.isEmpty() || earlier.compressRatio() == later.compressRatio());
        boolean deeper = deepest(earlier) < deepest(later) && layers < cutoffs(later).get(0);
        return same && deeper ? layers : 0;
    }

    /** For each cutoff the index of the head that scores it, among the model's heads. */
    List<Integer> heads(ScoringSettings settings) {
        List<Integer> cutoffs = cutoffs(settings);
        if (!model.architecture().layerwise()) {
            return cutoffs.stream().map(cutoff -> 0).toList();
        }
        if (headsByPosition(settings)) {
            return IntStream.range(0, cutoffs.size()).boxed().toList();
        }
        return cutoffs.stream()
                .map(cutoff -> (cutoff - model.firstCutoff()) / model.cutoffStep())
                .toList();
    }

    /** Whether the first cutoff asked for gets the first head, whatever layer it is, and so on. */
    boolean headsByPosition(ScoringSettings settings) {
        return model.architecture() == DecoderArchitecture.COST_WISE_GEMMA
                && settings.headSelection() == HeadSelection.POSITIONAL;
    }

    private void checkLayerwiseCutoffs(List<Integer> cutoffs, List<String> faults) {
        List<Integer> heads = model.cutoffLayers();
        for (int cutoff : new TreeSet<>(cutoffs)) {
            if (!heads.contains(cutoff)) {
                faults.add(
                        "cutoff_layers %d: %s has heads for layers %s; the reference would drop it and return fewer scores"
                                .formatted(cutoff, name(), range(heads)));
            }
        }
        if (hasRepeats(cutoffs)) {
            faults.add(
                    "cutoff_layers %s repeat a layer: the reference would return one score for the repeated; name each once"
                            .formatted(cutoffs));
        } else if (!isAscending(cutoffs)) {
            String reference =
                    model.architecture() == DecoderArchitecture.MINICPM
                            ? "the reference would score a layer with the head of another"
                            : "the reference would return the scores in ascending order all the same";
            faults.add(
                    "cutoff_layers %s are not ascending: %s; give %s"
                            .formatted(cutoffs, reference, new TreeSet<>(cutoffs)));
        }
    }

    private void checkCompression(ScoringSettings settings, List<String> faults) {
        List<Integer> layers = settings.compressLayers();
        for (int layer : new TreeSet<>(layers)) {
            if (layer < 1 || layer >= model.layers()) {
                faults.add(
                        "compress_layers %d: must be within 1 to %d; the reference would ignore it"
                                .formatted(layer, model.layers() - 1));
            }
        }
        if (hasRepeats(layers)) {
            faults.add(
                    "compress_layers %s repeat a layer: the reference would merge there once; name each once"
                            .formatted(layers));
        } else if (!isAscending(layers)) {
            faults.add(
                    "compress_layers %s are not ascending: the reference would take them in ascending order all the same; give %s"
                            .formatted(layers, new TreeSet<>(layers)));
        }
        if (settings.attentionSoftcap() && model.attentionSoftcap() == 0) {
            faults.add(
                    "attention_softcap on: attn_logit_softcapping is null in the model's config.json");
        }
        if (settings.compressRatio() > 1 && layers.isEmpty()) {
            faults.add(
                    "compress_ratio %d without compress_layers: name them (the reference's command would take 8, its model would compress nothing)"
                            .formatted(settings.compressRatio()));
        }
    }

    private void refuseCompression(ScoringSettings settings, List<String> faults) {
        if (settings.compressRatio() > 1 || !settings.compressLayers().isEmpty()) {
            faults.add(
                    "compress_ratio %d, compress_layers %s: %s cannot compress; the reference would ignore both"
                            .formatted(
                                    settings.compressRatio(), settings.compressLayers(), name()));
        }
        if (settings.attentionSoftcap()) {
            faults.add("attention_softcap on: %s has none".formatted(name()));
        }
    }

    private String name() {
        return model.architecture().className();
    }

    private static String range(List<Integer> layers) {
        int first = layers.get(0);
        int last = layers.get(layers.size() - 1);
        return last - first == layers.size() - 1 ? first + " to " + last : layers.toString();
    }

    private static boolean hasRepeats(List<Integer> layers) {
        Set<Integer> seen = new HashSet<>(layers);
        return seen.size() < layers.size();
    }

    private static boolean isAscending(List<Integer> layers) {
        for (int i = 1; i < layers.size(); i++) {
            if (layers.get(i) <= layers.get(i - 1)) {
                return false;
            }
        }
        return true;
    }
}
