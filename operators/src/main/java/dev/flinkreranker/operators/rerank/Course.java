package dev.flinkreranker.operators.rerank;

import dev.flinkreranker.operators.tenant.Interleaving;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.Resolved;
import org.jspecify.annotations.Nullable;

/**
 * What a request is ranked by.
 *
 * @param settings complete
 * @param interleaving what it is ranked by too, if anything
 * @param whenLate whether these are the settings of late requests
 */
record Course(RerankSettings settings, @Nullable Interleaving interleaving, boolean whenLate) {

    /** The request's own. */
    static Course own(Resolved resolved) {
        return new Course(resolved.settings(), resolved.interleaving(), false);
    }

    /** That of a late request, which takes part in no trial. */
    static Course whenLate(Resolved resolved) {
        return new Course(resolved.whenLate(), null, true);
    }
}
