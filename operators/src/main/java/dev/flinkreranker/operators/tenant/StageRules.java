package dev.flinkreranker.operators.tenant;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant's {@code stages} must obey whatever the model. Every message begins with a path.
 */
final class StageRules {

    private static final int MOST_STAGES = 8;

    private StageRules() {}

    /** Where an item stands, for messages. */
    static String path(int item) {
        return "stages[" + item + "]";
    }

    /**
     * Every violation, in the order of the items.
     *
     * @param items the tenant's stages
     * @param tenant its settings
     * @param tenants what these violate themselves
     */
    static List<String> violations(
            List<StageSettings> items, RerankSettings tenant, List<String> tenants) {
        List<String> violations = new ArrayList<>();
        long scoring = items.stream().filter(item -> !item.choosesCandidates()).count();
        if (scoring == 0) {
            violations.add(
                    "stages must have an item that scores: {} does, with the tenant's settings");
        }
        if (scoring > MOST_STAGES) {
            violations.add(
                    "stages must have at most %d items that score, but has %d"
                            .formatted(MOST_STAGES, scoring));
        }
        for (int i = 0; i < items.size(); i++) {
            StageSettings item = items.get(i);
            if (item.choosesCandidates()) {
                choice(i, item, violations);
            } else {
                scores(path(i), item, tenant, tenants, violations);
                cut(path(i), item, i == items.size() - 1, tenant, violations);
            }
        }
        return violations;
    }

    private static void choice(int index, StageSettings item, List<String> violations) {
        String path = path(index);
        if (index > 0) {
            violations.add(
                    "%s.%s: only the first item chooses candidates"
                            .formatted(path, item.candidates() == null ? "by" : "candidates"));
        } else if (!item.equals(StageSettings.choosing(item.candidates(), item.by()))) {
            violations.add(
                    path
                            + " chooses candidates and scores nothing: it has candidates and by"
                            + " alone, and the next item scores");
        }
        if (item.candidates() == null) {
            violations.add(path + ".by says which candidates, but candidates is missing");
        } else if (item.candidates() < 1) {
            violations.add(atLeastOne(path + ".candidates", item.candidates()));
        }
    }

    private static void scores(
            String path,
            StageSettings item,
            RerankSettings tenant,
            List<String> tenants,
            List<String> violations) {
        if (RerankSettings.NO_MODEL.equals(item.model())) {
            violations.add(path + ".model: none scores nothing");
        }
        SettingsRules.violations(item.over(tenant)).stream()
                .filter(violation -> !tenants.contains(violation))
                .forEach(violation -> violations.add(path + "." + violation));
    }

    private static void cut(
            String path,
            StageSettings item,
            boolean last,
            RerankSettings tenant,
            List<String> violations) {
        if (last) {
            String named = firstOf(item);
            if (named != null) {
                violations.add(
                        "%s.%s: the last stage cuts nobody; top_n and min_score of the tenant do"
                                .formatted(path, named));
            }
            return;
        }
        if (item.keep() == null && item.minScore() == null) {
            violations.add(path + " must have keep or min_score: each stage but the last cuts");
        }
        if (item.keep() != null && item.keep() < 1) {
            violations.add(atLeastOne(path + ".keep", item.keep()));
        }
        if (item.margin() != null && !(Double.isFinite(item.margin()) && item.margin() >= 0)) {
            violations.add(
                    "%s.margin must be a finite number of 0 and up, but is %s"
                            .formatted(path, item.margin()));
        }
        if (item.margin() != null && item.keep() == null) {
            violations.add(path + ".margin is below the last one of keep, but keep is missing");
        }
        SettingsRules.minScore(item.minScore(), tenant.normalize())
                .ifPresent(violation -> violations.add(path + "." + violation));
    }

    private static @Nullable String firstOf(StageSettings item) {
        if (item.keep() != null) {
            return "keep";
        }
        if (item.margin() != null) {
            return "margin";
        }
        return item.minScore() == null ? null : "min_score";
    }

    private static String atLeastOne(String path, int value) {
        return "%s must be at least 1, but is %d".formatted(path, value);
    }
}
