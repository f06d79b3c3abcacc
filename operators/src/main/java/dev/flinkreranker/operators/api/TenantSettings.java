package dev.flinkreranker.operators.api;

import org.apache.flink.annotation.PublicEvolving;

/** What a tenant's settings are beside those of all. */
@PublicEvolving
public final class TenantSettings extends TenantSteps<TenantSettings> {

    TenantSettings() {}

    @Override
    TenantSettings self() {
        return this;
    }

    /** Another model, by its alias; {@link Reranking#NO_MODEL} for the element's own order. */
    public TenantSettings model(String alias) {
        return set("model", alias);
    }

    /** Told in rankings; a config of a stream of configs needs a higher one. */
    public TenantSettings version(long version) {
        return set("version", version);
    }
}
