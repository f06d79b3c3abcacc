package dev.flinkreranker.sql;

import java.io.Serializable;
import java.util.List;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/** How a model's input columns are read: a query, and a passage or a list of documents. */
sealed interface ModelInput extends Serializable {

    /**
     * How a model's input is read.
     *
     * @throws ValidationException if the model's input is of neither form; one line
     */
    static ModelInput of(RowType input) {
        List<LogicalType> types = input.getChildren();
        if (types.size() == 2 && types.get(0).is(LogicalTypeFamily.CHARACTER_STRING)) {
            if (types.get(1).is(LogicalTypeFamily.CHARACTER_STRING)) {
                return new Pair();
            }
            if (types.get(1) instanceof ArrayType) {
                return new Documents(DocumentsType.of(types.get(1)));
            }
        }
        throw new ValidationException(
                "INPUT must be (query STRING, passage STRING) or (query STRING, documents ARRAY<...>), but is "
                        + input.asSummaryString());
    }

    /**
     * Reads a row.
     *
     * @param row both columns
     * @throws RejectedRowException if it cannot be ranked; one line
     */
    RowTexts read(RowData row, RowLimits limits) throws RejectedRowException;

    /** A query and a passage. */
    record Pair() implements ModelInput {

        @Override
        public RowTexts read(RowData row, RowLimits limits) throws RejectedRowException {
            TextReader texts = new TextReader(limits);
            return RowTexts.pair(
                    texts.text(string(row, 0), "query"), texts.text(string(row, 1), "passage"));
        }
    }

    /**
     * A query and documents.
     *
     * @param type how the documents are read
     */
    record Documents(DocumentsType type) implements ModelInput {

        @Override
        public RowTexts read(RowData row, RowLimits limits) throws RejectedRowException {
            return type.read(string(row, 0), row.isNullAt(1) ? null : row.getArray(1), limits);
        }
    }

    private static @Nullable StringData string(RowData row, int column) {
        return row.isNullAt(column) ? null : row.getString(column);
    }
}
