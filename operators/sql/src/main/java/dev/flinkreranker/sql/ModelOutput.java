package dev.flinkreranker.sql;

import dev.flinkreranker.operators.config.NearestName;
import dev.flinkreranker.operators.result.RankedDocument;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/**
 * How a model's output columns are written, by their names: {@code score} of a pair or {@code
 * ranked} of documents, and, where they are declared, {@code status} and {@code error}.
 */
final class ModelOutput implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final String SCORE = "score";
    private static final String RANKED = "ranked";
    private static final String STATUS = "status";
    private static final String ERROR = "error";

    private final List<String> columns;
    private final boolean floats;
    private final @Nullable RankedType ranked;

    private ModelOutput(List<String> columns, boolean floats, @Nullable RankedType ranked) {
        this.columns = List.copyOf(columns);
        this.floats = floats;
        this.ranked = ranked;
    }

    /**
     * How a model's output is written.
     *
     * @throws ValidationException if the output does not fit the input; one line
     */
    static ModelOutput of(RowType output, ModelInput input) {
        String scores = input instanceof ModelInput.Pair ? SCORE : RANKED;
        List<String> known = List.of(scores, STATUS, ERROR);
        for (RowType.RowField field : output.getFields()) {
            if (!known.contains(field.getName())) {
                throw new ValidationException(
                        "OUTPUT column %s is not known%s"
                                .formatted(field.getName(), known(field.getName(), known)));
            }
        }
        int column = output.getFieldIndex(scores);
        if (column < 0) {
            throw new ValidationException(
                    "OUTPUT has no column %s, which this INPUT makes".formatted(scores));
        }
        LogicalType type = output.getTypeAt(column);
        for (String text : List.of(STATUS, ERROR)) {
            int index = output.getFieldIndex(text);
            if (index >= 0 && !output.getTypeAt(index).is(LogicalTypeRoot.VARCHAR)) {
                throw unfit(text, "STRING", output.getTypeAt(index));
            }
        }
        if (input instanceof ModelInput.Documents documents) {
            return new ModelOutput(
                    output.getFieldNames(), false, RankedType.of(type, documents.type().idType()));
        }
        if (!type.is(LogicalTypeRoot.DOUBLE) && !type.is(LogicalTypeRoot.FLOAT)) {
            throw unfit(SCORE, "DOUBLE or FLOAT", type);
        }
        return new ModelOutput(output.getFieldNames(), type.is(LogicalTypeRoot.FLOAT), null);
    }

    private static String known(String name, List<String> known) {
        String hint = NearestName.hint(name, known);
        return hint.isEmpty() ? "; known are " + String.join(", ", known) : hint;
    }

    private static ValidationException unfit(String column, String wanted, LogicalType type) {
        return new ValidationException(
                "OUTPUT column %s must be %s, but is %s"
                        .formatted(column, wanted, type.asSummaryString()));
    }

    /** The row of an answer. */
    RowData write(RowAnswer answer) {
        GenericRowData row = new GenericRowData(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            row.setField(i, value(columns.get(i), answer));
        }
        return row;
    }

    private @Nullable Object value(String column, RowAnswer answer) {
        return switch (column) {
            case STATUS -> StringData.fromString(answer.status().name());
            case ERROR ->
                    answer instanceof RowAnswer.Unscored unscored
                            ? StringData.fromString(unscored.error())
                            : null;
            default -> answer instanceof RowAnswer.Ranked scored ? scores(scored) : null;
        };
    }

    private @Nullable Object scores(RowAnswer.Ranked answer) {
        if (ranked != null) {
            return ranked.write(answer);
        }
        RankedDocument passage = answer.documents().get(0);
        return RankedType.score(passage.relevanceScore(), floats);
    }
}
