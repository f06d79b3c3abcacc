package dev.flinkreranker.sql;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.api.config.ExecutionConfigOptions;
import org.apache.flink.table.catalog.ResolvedCatalogModel;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.factories.ModelProviderFactory;
import org.apache.flink.table.ml.ModelProvider;
import org.apache.flink.table.types.logical.RowType;

/** Makes models of {@code CREATE MODEL … WITH ('provider' = 'reranker', …)}. */
@Internal
public final class RerankerModelFactory implements ModelProviderFactory {

    private static final Set<String> FLINKS_OWN =
            Set.of(FactoryUtil.PROVIDER.key(), FactoryUtil.PROPERTY_VERSION.key(), "task");

    @Override
    public String factoryIdentifier() {
        return "reranker";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(RerankerOptions.MODEL);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return SettingsReader.known().stream()
                .filter(option -> option != RerankerOptions.MODEL)
                .collect(Collectors.toSet());
    }

    @Override
    public ModelProvider createModelProvider(Context context) {
        ResolvedCatalogModel model = context.getCatalogModel();
        ModelInput input = ModelInput.of(rowType(model.getResolvedInputSchema()));
        ModelOutput output = ModelOutput.of(rowType(model.getResolvedOutputSchema()), input);
        Map<String, String> options = new HashMap<>(model.getOptions());
        options.keySet().removeAll(FLINKS_OWN);
        if (input instanceof ModelInput.Pair) {
            refuseRanking(options.keySet());
        }
        return new RerankerModelProvider(
                SettingsReader.read(options),
                input,
                output,
                context.getConfiguration()
                        .get(ExecutionConfigOptions.TABLE_EXEC_ASYNC_ML_PREDICT_TIMEOUT));
    }

    private static void refuseRanking(Set<String> options) {
        for (ConfigOption<?> option : RerankerOptions.RANKING) {
            if (options.contains(option.key())) {
                throw new ValidationException(
                        "option '%s' is for a model whose INPUT is a list of documents"
                                .formatted(option.key()));
            }
        }
    }

    private static RowType rowType(ResolvedSchema schema) {
        return (RowType) schema.toPhysicalRowDataType().getLogicalType();
    }
}
