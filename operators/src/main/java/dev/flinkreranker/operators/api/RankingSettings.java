package dev.flinkreranker.operators.api;

import org.apache.flink.annotation.PublicEvolving;

/** What a route or a second configuration changes of its tenant's settings. */
@PublicEvolving
public final class RankingSettings extends RankingSteps<RankingSettings> {

    RankingSettings() {}

    @Override
    RankingSettings self() {
        return this;
    }

    /** Another model, by its alias; {@link Reranking#NO_MODEL} for the element's own order. */
    public RankingSettings model(String alias) {
        return set("model", alias);
    }
}
