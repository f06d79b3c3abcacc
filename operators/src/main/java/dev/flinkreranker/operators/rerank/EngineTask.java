package dev.flinkreranker.operators.rerank;

import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.engine.RerankTask;
import java.time.Duration;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/** What the engine is asked for a request. */
@Internal
public final class EngineTask {

    private EngineTask() {}

    /**
     * The task of a request, or of a stage of its cascade.
     *
     * @param documents those that are scored, as places in the request from 0, ascending
     * @param settings complete
     * @param timeout how long it may take, whatever the settings say; without it, for ever
     */
    public static RerankTask of(
            RerankRequest request,
            List<Integer> documents,
            RerankSettings settings,
            ModelReference model,
            @Nullable Duration timeout) {
        return new RerankTask(
                request.tenant(),
                model,
                settings.tokenization(),
                settings.scoring(),
                request.query(),
                documents.stream().map(i -> request.candidates().get(i).text()).toList(),
                timeout(settings, timeout),
                settings.admission());
    }

    /** How long a request with these settings may take; null for ever. */
    static @Nullable Duration timeout(RerankSettings settings, @Nullable Duration timeout) {
        if (settings.deadlineMs() == null) {
            return timeout;
        }
        Duration deadline = Duration.ofMillis(settings.deadlineMs());
        return timeout == null || deadline.compareTo(timeout) < 0 ? deadline : timeout;
    }
}
