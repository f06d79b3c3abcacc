package dev.flinkreranker.operators.rerank;

import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.engine.RerankTask;
import java.time.Duration;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/** What the engine is asked for a request. */
@Internal
public final class EngineTask {

    private EngineTask() {}

    /**
     * The task of a request under some settings.
     *
     * @param timeout how long it may take, whatever the settings say; without it, for ever
     */
    public static RerankTask of(
            RerankRequest request,
            RerankSettings settings,
            ModelReference model,
            @Nullable Duration timeout) {
        int scored = settings.scoredOf(request.candidates().size());
        return new RerankTask(
                request.tenant(),
                model,
                settings.tokenization(),
                settings.scoring(),
                request.query(),
                request.candidates().stream().limit(scored).map(c -> c.text()).toList(),
                shorter(settings.deadlineMs(), timeout),
                settings.admission());
    }

    private static @Nullable Duration shorter(
            @Nullable Long deadlineMs, @Nullable Duration timeout) {
        if (deadlineMs == null) {
            return timeout;
        }
        Duration deadline = Duration.ofMillis(deadlineMs);
        return timeout == null || deadline.compareTo(timeout) < 0 ? deadline : timeout;
    }
}
