package dev.flinkreranker.operators.rerank;

import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.Resolved;
import java.io.Serial;
import java.time.Duration;
import org.apache.flink.annotation.Internal;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.jspecify.annotations.Nullable;

/** Makes the operator that keeps requests until their model is loaded. */
@Internal
public final class ModelWaitFactory<R extends Resolved> extends AbstractStreamOperatorFactory<R>
        implements OneInputStreamOperatorFactory<R, R> {

    @Serial private static final long serialVersionUID = 1L;

    private final ModelCatalog catalog;
    private final EngineFactory engines;
    private final @Nullable Duration timeout;
    private final long mostBytes;

    /**
     * Keeps as much as an instance may.
     *
     * @param timeout how long a request may take, whatever its tenant's deadline; without it, for
     *     ever
     */
    public ModelWaitFactory(
            ModelCatalog catalog, EngineFactory engines, @Nullable Duration timeout) {
        this(catalog, engines, timeout, ModelWaitOperator.MOST_BYTES);
    }

    ModelWaitFactory(
            ModelCatalog catalog,
            EngineFactory engines,
            @Nullable Duration timeout,
            long mostBytes) {
        this.timeout = timeout;
        this.catalog = catalog;
        this.engines = engines;
        this.mostBytes = mostBytes;
    }

    @Override
    @SuppressWarnings("unchecked") // the only operator that it makes
    public <T extends StreamOperator<R>> T createStreamOperator(
            StreamOperatorParameters<R> parameters) {
        return (T)
                new ModelWaitOperator<>(
                        parameters,
                        catalog,
                        engines,
                        parameters.getMailboxExecutor(),
                        timeout,
                        mostBytes);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
        return ModelWaitOperator.class;
    }
}
