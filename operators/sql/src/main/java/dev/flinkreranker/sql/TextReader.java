package dev.flinkreranker.sql;

import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.request.WellFormedValues;
import org.apache.flink.table.data.StringData;
import org.jspecify.annotations.Nullable;

/** Reads one row's texts, within limits. */
final class TextReader {

    private final RowLimits limits;
    private long read;

    TextReader(RowLimits limits) {
        this.limits = limits;
    }

    /**
     * A text of the row.
     *
     * @param name the column, or the document, for messages
     * @throws RejectedRowException if it is null, too long, makes the row too large, or holds half
     *     a surrogate pair, which no encoding has
     */
    String text(@Nullable StringData value, String name) throws RejectedRowException {
        if (value == null) {
            throw new RejectedRowException(name + " is null");
        }
        String text = value.toString();
        if (text.length() > limits.textChars()) {
            throw new RejectedRowException(
                    "%s has %d characters; the limit is %d (limits.text-chars)"
                            .formatted(name, text.length(), limits.textChars()));
        }
        read += text.length();
        if (read > limits.rowChars()) {
            throw new RejectedRowException(
                    "the row has more than %d characters, the limit, up to %s (limits.row-chars)"
                            .formatted(limits.rowChars(), name));
        }
        try {
            WellFormedValues.checkText(text, name);
        } catch (RejectedEventException e) {
            throw new RejectedRowException(e.getMessage());
        }
        return text;
    }
}
