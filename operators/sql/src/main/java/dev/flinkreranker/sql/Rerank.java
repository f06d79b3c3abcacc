package dev.flinkreranker.sql;

import java.io.Serial;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.config.ExecutionConfigOptions;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.functions.AsyncScalarFunction;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.TypeInference;
import org.jspecify.annotations.Nullable;

/**
 * {@code RERANK(query, documents, 'model=…, top-n=…')}: the documents, best first, as {@code
 * ARRAY<ROW<index INT, id …, score DOUBLE>>}; null where the row could not be scored. {@code index}
 * counts from 0. Rows are scored together, so it is for streams, where Flink calls functions
 * asynchronously.
 */
@PublicEvolving
public final class Rerank extends AsyncScalarFunction implements SpecializedFunction {

    @Serial private static final long serialVersionUID = 1L;

    private final @Nullable RerankCall call;
    private final @Nullable RankedType ranked;

    private transient RowScorer scorer;

    /** For {@code CREATE FUNCTION}. */
    public Rerank() {
        this(null, null);
    }

    private Rerank(@Nullable RerankCall call, @Nullable RankedType ranked) {
        this.call = call;
        this.ranked = ranked;
    }

    @Override
    public TypeInference getTypeInference(DataTypeFactory types) {
        return RerankCall.types(Rerank::result);
    }

    private static DataType result(DataType id) {
        return DataTypes.ARRAY(
                        DataTypes.ROW(
                                DataTypes.FIELD("index", DataTypes.INT()),
                                DataTypes.FIELD("id", id),
                                DataTypes.FIELD("score", DataTypes.DOUBLE())))
                .bridgedTo(ArrayData.class);
    }

    @Override
    public UserDefinedFunction specialize(SpecializedContext context) {
        RerankCall planned = RerankCall.of(context.getCallContext());
        SqlSettings within =
                planned.settings()
                        .within(
                                context.getConfiguration()
                                        .get(
                                                ExecutionConfigOptions
                                                        .TABLE_EXEC_ASYNC_SCALAR_TIMEOUT),
                                ExecutionConfigOptions.TABLE_EXEC_ASYNC_SCALAR_TIMEOUT.key());
        DataType result = context.getCallContext().getOutputDataType().orElseThrow();
        return new Rerank(
                planned.with(within),
                RankedType.of(result.getLogicalType(), planned.documents().idType()));
    }

    /** Otherwise a call of literals alone would load the model where it is planned. */
    @Override
    public boolean supportsConstantFolding() {
        return false;
    }

    @Override
    public void open(FunctionContext context) throws Exception {
        scorer = RowScorer.open(Objects.requireNonNull(call).settings(), context);
    }

    /** Called by Flink for each row. */
    public void eval(
            CompletableFuture<ArrayData> future,
            @Nullable StringData query,
            @Nullable ArrayData documents,
            @Nullable StringData options) {
        CompletableFuture<ArrayData> ranking =
                scorer.score(limits -> call.read(query, documents, limits))
                        .thenApply(
                                answer ->
                                        answer instanceof RowAnswer.Ranked scored
                                                ? ranked.write(scored)
                                                : null);
        RowScorer.forward(ranking, future);
    }

    /** Also after a failed {@link #open}. */
    @Override
    public void close() {
        if (scorer != null) {
            scorer.close();
            scorer = null;
        }
    }
}
