package dev.flinkreranker.sql;

import java.time.Duration;
import org.apache.flink.table.api.config.ExecutionConfigOptions;
import org.apache.flink.table.api.config.MLPredictRuntimeConfigOptions;
import org.apache.flink.table.functions.AsyncPredictFunction;
import org.apache.flink.table.ml.AsyncPredictRuntimeProvider;
import org.apache.flink.table.ml.ModelProvider;

/**
 * A model that is registered.
 *
 * @param sessionTimeout what the session gives an asynchronous prediction
 */
record RerankerModelProvider(
        SqlSettings settings, ModelInput input, ModelOutput output, Duration sessionTimeout)
        implements AsyncPredictRuntimeProvider {

    @Override
    public AsyncPredictFunction createAsyncPredictFunction(Context context) {
        Duration callTimeout =
                context.runtimeConfig().get(MLPredictRuntimeConfigOptions.ASYNC_TIMEOUT);
        SqlSettings within =
                callTimeout == null
                        ? settings.within(
                                sessionTimeout,
                                ExecutionConfigOptions.TABLE_EXEC_ASYNC_ML_PREDICT_TIMEOUT.key())
                        : settings.within(callTimeout, "the call's own timeout");
        return new RerankPredictFunction(within, input, output);
    }

    @Override
    public ModelProvider copy() {
        return this;
    }
}
