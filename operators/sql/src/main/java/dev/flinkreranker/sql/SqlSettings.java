package dev.flinkreranker.sql;

import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.rerank.EngineTask;
import dev.flinkreranker.operators.rerank.TaskDevice;
import dev.flinkreranker.operators.result.Cascade;
import dev.flinkreranker.operators.tenant.FirstStage;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.engine.RerankTask;
import java.io.Serializable;
import java.time.Duration;
import java.util.OptionalInt;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.functions.FunctionContext;
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

    /** The same on the devices that Flink gives the task, where the model runs on any. */
    SqlSettings in(FunctionContext task) {
        return model.device().equals(ModelCatalog.ANY_DEVICE)
                ? new SqlSettings(
                        model.on(TaskDevice.of(task.getExternalResourceInfos(TaskDevice.RESOURCE))),
                        settings,
                        tenant,
                        timeout,
                        onError,
                        limits,
                        engine)
                : this;
    }

    private SqlSettings withTimeout(Duration newTimeout) {
        return new SqlSettings(model, settings, tenant, newTimeout, onError, limits, engine);
    }

    /**
     * What a row asks of the ranking.
     *
     * @throws RejectedRowException if a document lacks the first stage's score that a sum needs
     */
    RerankRequest request(RowTexts texts) throws RejectedRowException {
        RerankRequest request = texts.request(tenant);
        OptionalInt without = FirstStage.firstWithout(request, settings);
        if (without.isPresent()) {
            throw new RejectedRowException(
                    "documents[%d].score is null: fusion z_sum needs the first stage's score of every document that is scored"
                            .formatted(without.getAsInt() + 1));
        }
        return request;
    }

    /** The engine's task of a row. */
    RerankTask task(RerankRequest request) {
        return EngineTask.of(
                request, new Cascade(request, settings).documents(), settings, model, timeout);
    }
}
