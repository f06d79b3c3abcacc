package dev.flinkreranker.sql;

import dev.flinkreranker.operators.result.RankedDocument;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/**
 * How a ranking is written: an array of rows, best first, with some of the fields {@code index}
 * (the document's place in its row, from 0), {@code id}, {@code score}, {@code text} and {@code
 * error} (why this document alone has no score).
 */
final class RankedType implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final String INDEX = "index";
    private static final String ID = "id";
    private static final String SCORE = "score";
    private static final String TEXT = "text";
    private static final String ERROR = "error";

    private final List<String> fields;
    private final boolean floats;

    private RankedType(List<String> fields, boolean floats) {
        this.fields = List.copyOf(fields);
        this.floats = floats;
    }

    /**
     * How a column is written.
     *
     * @param type the column's
     * @param idType that of the documents' ids
     * @throws ValidationException if the column is none of a ranking; one line
     */
    static RankedType of(LogicalType type, LogicalType idType) {
        if (type instanceof ArrayType array
                && array.getElementType() instanceof RowType row
                && row.getFields().stream().allMatch(field -> fits(field, idType))) {
            int score = row.getFieldIndex(SCORE);
            return new RankedType(
                    row.getFieldNames(),
                    score >= 0 && row.getTypeAt(score).is(LogicalTypeRoot.FLOAT));
        }
        throw new ValidationException(
                "ranked must be an ARRAY<ROW<...>> of fields among index INT, id %s, score DOUBLE or FLOAT, text STRING and error STRING, but is %s"
                        .formatted(idType.asSummaryString(), type.asSummaryString()));
    }

    private static boolean fits(RowType.RowField field, LogicalType idType) {
        LogicalType type = field.getType();
        return switch (field.getName()) {
            case INDEX -> type.is(LogicalTypeRoot.INTEGER);
            case ID ->
                    idType.is(LogicalTypeFamily.CHARACTER_STRING)
                            ? type.is(LogicalTypeRoot.VARCHAR)
                            : type.is(idType.getTypeRoot());
            case SCORE -> type.is(LogicalTypeRoot.DOUBLE) || type.is(LogicalTypeRoot.FLOAT);
            case TEXT, ERROR -> type.is(LogicalTypeRoot.VARCHAR);
            default -> false;
        };
    }

    /** A ranking's documents, as Flink's internal value. */
    ArrayData write(RowAnswer.Ranked answer) {
        return new GenericArrayData(
                answer.documents().stream()
                        .map(document -> row(document, answer.texts()))
                        .toArray());
    }

    private GenericRowData row(RankedDocument document, RowTexts texts) {
        GenericRowData row = new GenericRowData(fields.size());
        for (int i = 0; i < fields.size(); i++) {
            row.setField(i, value(fields.get(i), document, texts));
        }
        return row;
    }

    private @Nullable Object value(String field, RankedDocument document, RowTexts texts) {
        return switch (field) {
            case INDEX -> document.index();
            case ID -> texts.ids().get(document.index());
            case SCORE -> score(document.relevanceScore(), floats);
            case TEXT -> StringData.fromString(texts.documents().get(document.index()).text());
            default -> StringData.fromString(document.error());
        };
    }

    /** A score as a column has it: all digits of a float, and null where there is none. */
    static @Nullable Object score(@Nullable Float score, boolean floats) {
        if (score == null) {
            return null;
        }
        return floats ? score : (Object) score.doubleValue();
    }
}
