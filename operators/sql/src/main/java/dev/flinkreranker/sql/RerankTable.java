package dev.flinkreranker.sql;

import dev.flinkreranker.operators.result.RankedDocument;
import java.io.Serial;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.TableFunction;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;

/**
 * {@code RERANK_TABLE(query, documents, 'model=…')}: a row for each document, best first, with its
 * {@code rank} from 1, {@code index} from 0, {@code id}, {@code score}, {@code status} and {@code
 * error}. A row that could not be scored gives one row without a document. It waits for each row,
 * so that only the documents of one are scored together, and works in batch mode too.
 */
@PublicEvolving
public final class RerankTable extends TableFunction<RowData> implements SpecializedFunction {

    @Serial private static final long serialVersionUID = 1L;

    private final @Nullable RerankCall call;

    private transient RowScorer scorer;

    /** For {@code CREATE FUNCTION}. */
    public RerankTable() {
        this(null);
    }

    private RerankTable(@Nullable RerankCall call) {
        this.call = call;
    }

    @Override
    public TypeInference getTypeInference(DataTypeFactory types) {
        return RerankCall.types(RerankTable::result);
    }

    private static DataType result(DataType id) {
        return DataTypes.ROW(
                        DataTypes.FIELD("rank", DataTypes.INT()),
                        DataTypes.FIELD("index", DataTypes.INT()),
                        DataTypes.FIELD("id", id),
                        DataTypes.FIELD("score", DataTypes.DOUBLE()),
                        DataTypes.FIELD("status", DataTypes.STRING()),
                        DataTypes.FIELD("error", DataTypes.STRING()))
                .bridgedTo(RowData.class);
    }

    @Override
    public UserDefinedFunction specialize(SpecializedContext context) {
        return new RerankTable(RerankCall.of(context.getCallContext()));
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
            @Nullable StringData query, @Nullable ArrayData documents, @Nullable StringData options)
            throws Exception {
        RowAnswer answer;
        try {
            answer = scorer.score(limits -> call.read(query, documents, limits)).get();
        } catch (ExecutionException e) {
            ExceptionUtils.rethrowException(e.getCause());
            throw e; // never
        }
        if (answer instanceof RowAnswer.Ranked scored) {
            List<RankedDocument> ranked = scored.documents();
            for (int i = 0; i < ranked.size(); i++) {
                collect(row(i + 1, ranked.get(i), scored));
            }
        } else if (answer instanceof RowAnswer.Unscored unscored) {
            collect(
                    GenericRowData.of(
                            null,
                            null,
                            null,
                            null,
                            text(unscored.status().name()),
                            text(unscored.error())));
        }
    }

    private static RowData row(int rank, RankedDocument document, RowAnswer.Ranked answer) {
        return GenericRowData.of(
                rank,
                document.index(),
                answer.texts().ids().get(document.index()),
                RankedType.score(document.relevanceScore(), false),
                text(answer.status().name()),
                text(document.error()));
    }

    private static @Nullable StringData text(@Nullable String text) {
        return text == null ? null : StringData.fromString(text);
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
