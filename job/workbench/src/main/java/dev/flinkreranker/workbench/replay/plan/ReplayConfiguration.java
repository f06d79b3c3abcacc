package dev.flinkreranker.workbench.replay.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flinkreranker.operators.tenant.Interleaving;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.runtime.engine.ModelReference;
import org.jspecify.annotations.Nullable;

/**
 * One way to rerank that a replay tries: what a tenant of the stream is configured with.
 *
 * @param name unique, fit for a file name
 * @param model which model; the settings' own alias of it is for people
 * @param settings as of a tenant; limits of time and share play no part in a replay
 * @param interleaving the second configuration that its results are interleaved with, which is also
 *     tried by itself, as {@link #otherName}; null when there is none
 */
public record ReplayConfiguration(
        String name,
        ModelReference model,
        RerankSettings settings,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Interleaving interleaving) {

    /** Names the order of the input wherever configurations are named. */
    public static final String FIRST_STAGE = "first-stage";

    /** Names what production answered. */
    public static final String LIVE = "live";

    /** Refuses a name that is no file name, and the name of the first stage. */
    public ReplayConfiguration {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._=,-]{0,99}")
                || name.equals(FIRST_STAGE)
                || name.equals(LIVE)) {
            throw new IllegalArgumentException(
                    "a configuration's name is made of letters, digits and ._=,- (at most 100) and"
                            + " is neither first-stage nor live, but there is \""
                            + name
                            + "\"");
        }
    }

    /** Name of the configuration that the second one is; only where there is one. */
    public String otherName() {
        return name + "-" + interleaving.name();
    }

    /** Candidates that are scored, from the first stage's top. */
    public int depth() {
        return settings.maxCandidates() == null ? Integer.MAX_VALUE : settings.maxCandidates();
    }
}
