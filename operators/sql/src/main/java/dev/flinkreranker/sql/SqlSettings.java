package dev.flinkreranker.sql;

import dev.flinkreranker.operators.request.Candidate;
import dev.flinkreranker.operators.tenant.Fusion;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.engine.RerankTask;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import org.apache.flink.table.api.ValidationException;
import org.jspecify.annotations.Nullable;

/**
 * What the options of a model or a function come to.
 *
 * @param model which model, on which device
 * @param settings how its scores are made and ranked by
 * @param tenant whose rows they are
 * @param timeout how long a row may take; null for ever
 * @param onError what becomes of a row that cannot be scored
 * @param limits what a row may be at most
 * @param engine how the process's engine works, where this is the first to start it
 */
record SqlSettings(
        ModelReference model,
        RerankSettings settings,
        String tenant,
        @Nullable Duration timeout,
        OnError onError,
        RowLimits limits,
        EngineSettings engine)
        implements Serializable {

    /**
     * The same within what Flink gives an asynchronous call: after that it fails the job.
     *
     * @param flinks Flink's timeout
     * @param name what Flink calls it, for the message
     */
    SqlSettings within(Duration flinks, String name) {
        if (timeout != null && timeout.compareTo(flinks) >= 0) {
            throw new ValidationException(
                    "option 'timeout' (%s ms) must be shorter than %s (%s ms), after which Flink fails the job"
                            .formatted(timeout.toMillis(), name, flinks.toMillis()));
        }
        return timeout == null ? withTimeout(flinks.multipliedBy(9).dividedBy(10)) : this;
    }

    private SqlSettings withTimeout(Duration newTimeout) {
        return new SqlSettings(model, settings, tenant, newTimeout, onError, limits, engine);
    }

    /**
     * Checks that a row has what its ranking needs.
     *
     * @throws RejectedRowException if a document lacks the first stage's score that a sum needs
     */
    void check(RowTexts texts) throws RejectedRowException {
        if (settings.fusion() != Fusion.Z_SUM) {
            return;
        }
        for (int i = 0; i < settings.scoredOf(texts.documents().size()); i++) {
            if (texts.documents().get(i).firstStageScore() == null) {
                throw new RejectedRowException(
                        "documents[%d].score is null: fusion z_sum needs the first stage's score of every document that is scored"
                                .formatted(i + 1));
            }
        }
    }

    /** The engine's task of a row. */
    RerankTask task(RowTexts texts) {
        List<String> passages =
                texts.documents().stream()
                        .limit(settings.scoredOf(texts.documents().size()))
                        .map(Candidate::text)
                        .toList();
        return new RerankTask(
                tenant,
                model,
                settings.tokenization(),
                settings.scoring(),
                texts.query(),
                passages,
                timeout,
                settings.admission());
    }
}
