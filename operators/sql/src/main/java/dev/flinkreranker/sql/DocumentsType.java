package dev.flinkreranker.sql;

import dev.flinkreranker.operators.request.Candidate;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;

/**
 * How a column of documents is read: an array of texts, or of rows with a field {@code text} and,
 * if they have them, {@code id} and {@code score}. Other fields are passed over.
 */
final class DocumentsType implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final String TEXT = "text";
    private static final String ID = "id";
    private static final String SCORE = "score";

    private final LogicalType element;
    private final int text;
    private final int id;
    private final int score;

    private DocumentsType(LogicalType element, int text, int id, int score) {
        this.element = element;
        this.text = text;
        this.id = id;
        this.score = score;
    }

    /** Whether a column of that type could be one of documents. */
    static boolean isArray(LogicalType type) {
        return type.is(LogicalTypeRoot.ARRAY);
    }

    /**
     * How a column of that type is read.
     *
     * @throws ValidationException if it is none of documents; one line
     */
    static DocumentsType of(LogicalType type) {
        if (type instanceof ArrayType array) {
            LogicalType element = array.getElementType();
            if (element.is(LogicalTypeFamily.CHARACTER_STRING)) {
                return new DocumentsType(element, -1, -1, -1);
            }
            if (element instanceof RowType row) {
                DocumentsType documents =
                        new DocumentsType(
                                element,
                                row.getFieldIndex(TEXT),
                                row.getFieldIndex(ID),
                                row.getFieldIndex(SCORE));
                if (documents.fits(row)) {
                    return documents;
                }
            }
        }
        throw new ValidationException(
                "documents must be ARRAY<STRING> or ARRAY<ROW<text STRING>>, whose rows may also have"
                        + " an id (STRING, INT or BIGINT) and a score (DOUBLE or FLOAT), but are "
                        + type.asSummaryString());
    }

    private boolean fits(RowType row) {
        return text >= 0
                && row.getTypeAt(text).is(LogicalTypeFamily.CHARACTER_STRING)
                && (id < 0
                        || row.getTypeAt(id).is(LogicalTypeFamily.CHARACTER_STRING)
                        || row.getTypeAt(id).is(LogicalTypeRoot.INTEGER)
                        || row.getTypeAt(id).is(LogicalTypeRoot.BIGINT))
                && (score < 0
                        || row.getTypeAt(score).is(LogicalTypeRoot.DOUBLE)
                        || row.getTypeAt(score).is(LogicalTypeRoot.FLOAT));
    }

    /** The type of the documents' ids; a string where they have none. */
    LogicalType idType() {
        return id < 0 ? VarCharType.STRING_TYPE : ((RowType) element).getTypeAt(id).copy(true);
    }

    /**
     * Reads a row.
     *
     * @throws RejectedRowException if the query, the documents or one of them is null, or too large
     */
    RowTexts read(@Nullable StringData query, @Nullable ArrayData documents, RowLimits limits)
            throws RejectedRowException {
        TextReader texts = new TextReader(limits);
        String read = texts.text(query, "query");
        if (documents == null) {
            throw new RejectedRowException("documents is null");
        }
        if (documents.size() > limits.documents()) {
            throw new RejectedRowException(
                    "documents has %d entries; the limit is %d (limits.documents)"
                            .formatted(documents.size(), limits.documents()));
        }
        List<Candidate> candidates = new ArrayList<>(documents.size());
        List<@Nullable Object> ids = new ArrayList<>(documents.size());
        for (int i = 0; i < documents.size(); i++) {
            // Counted from 1, as SQL counts.
            String name = "documents[" + (i + 1) + "]";
            if (documents.isNullAt(i)) {
                throw new RejectedRowException(name + " is null");
            }
            if (element instanceof RowType row) {
                RowData document = documents.getRow(i, row.getFieldCount());
                StringData value = document.isNullAt(text) ? null : document.getString(text);
                candidates.add(
                        new Candidate(
                                null, texts.text(value, name + ".text"), score(document), null));
                ids.add(id(document));
            } else {
                candidates.add(
                        new Candidate(null, texts.text(documents.getString(i), name), null, null));
                ids.add(null);
            }
        }
        return new RowTexts(read, candidates, ids);
    }

    private @Nullable Object id(RowData document) {
        if (id < 0 || document.isNullAt(id)) {
            return null;
        }
        return switch (idType().getTypeRoot()) {
            case INTEGER -> document.getInt(id);
            case BIGINT -> document.getLong(id);
            // A copy: the row's memory may be used again.
            default -> StringData.fromString(document.getString(id).toString());
        };
    }

    private @Nullable Double score(RowData document) throws RejectedRowException {
        if (score < 0 || document.isNullAt(score)) {
            return null;
        }
        LogicalType type = ((RowType) element).getTypeAt(score);
        double value =
                type.is(LogicalTypeRoot.FLOAT)
                        ? document.getFloat(score)
                        : document.getDouble(score);
        if (!Double.isFinite(value)) {
            throw new RejectedRowException("a document's score is not finite");
        }
        return value;
    }
}
