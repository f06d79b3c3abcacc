package dev.flinkreranker.sql;

import java.io.Serial;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.AsyncPredictFunction;
import org.apache.flink.table.functions.FunctionContext;

/** What {@code ML_PREDICT} calls for each row: one row of the model's output comes back. */
@Internal
public final class RerankPredictFunction extends AsyncPredictFunction {

    @Serial private static final long serialVersionUID = 1L;

    private final SqlSettings settings;
    private final ModelInput input;
    private final ModelOutput output;

    private transient RowScorer scorer;

    RerankPredictFunction(SqlSettings settings, ModelInput input, ModelOutput output) {
        this.settings = settings;
        this.input = input;
        this.output = output;
    }

    @Override
    public void open(FunctionContext context) throws Exception {
        scorer = RowScorer.open(settings, context);
    }

    @Override
    public CompletableFuture<Collection<RowData>> asyncPredict(RowData row) {
        return scorer.score(limits -> input.read(row, limits))
                .thenApply(answer -> List.of(output.write(answer)));
    }

    /** As Flink's own, whose message would have the whole row in it. */
    @Override
    public void eval(CompletableFuture<Collection<RowData>> future, Object... columns) {
        RowScorer.forward(asyncPredict(GenericRowData.of(columns)), future);
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
