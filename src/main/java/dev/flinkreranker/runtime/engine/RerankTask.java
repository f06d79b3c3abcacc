package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request's work for the engine: score every passage against the query.
 *
 * @param tenant who pays; the unit of fairness
 * @param model which model, in which number format
 * @param tokenization how text becomes token ids
 * @param scoring the knobs of the forward pass
 * @param query the query; may be empty
 * @param passages at least one passage; each may be empty
 * @param timeout how long the result is wanted, from now; null: for ever
 * @param admission share and limit of the tenant
 */
public record RerankTask(
        String tenant,
        ModelReference model,
        TokenizationSettings tokenization,
        ScoringSettings scoring,
        String query,
        List<String> passages,
        @Nullable Duration timeout,
        Admission admission) {

    /** Copies the passages. */
    public RerankTask {
        passages = List.copyOf(passages);
    }
}
