package dev.flinkreranker.operators.request;

import java.io.Serializable;
import java.util.Objects;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * What an event may be at most. Beyond it lies a dead letter, before any work is done for it.
 *
 * @param eventBytes bytes of the record's value
 * @param documents documents of a request
 * @param textChars UTF-16 characters of the query, and of each document's text
 * @param depth nesting of the JSON, 3 (request, list of documents, document) to 500: a result nests
 *     its documents deeper than the request does, and JSON's writer ends at 1000
 * @param recordBytes largest record the job writes, key and headers included; must be no more than
 *     {@code max.message.bytes} of the topics written to
 * @param uniqueIds whether two documents of a request may not have the same id; false by default,
 *     since a result names each document by its index too
 */
@Internal
public record RequestLimits(
        Integer eventBytes,
        Integer documents,
        Integer textChars,
        Integer depth,
        Integer recordBytes,
        Boolean uniqueIds)
        implements Serializable {

    private static final int MAX_DEPTH = 500;

    private static final RequestLimits DEFAULTS =
            new RequestLimits(null, null, null, null, null, null);

    /** Puts the default where there is null, and refuses values out of range. */
    public RequestLimits {
        eventBytes = atLeast(1, "event_bytes", eventBytes, 1_000_000);
        documents = atLeast(1, "documents", documents, 1_000);
        textChars = atLeast(1, "text_chars", textChars, 100_000);
        depth = atLeast(3, "depth", depth, 32);
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException(
                    "depth must be at most " + MAX_DEPTH + ", but is " + depth);
        }
        recordBytes = atLeast(10_000, "record_bytes", recordBytes, 1_000_000);
        uniqueIds = Objects.requireNonNullElse(uniqueIds, false);
    }

    /** A megabyte, a thousand documents, a hundred thousand characters each. */
    public static RequestLimits defaults() {
        return DEFAULTS;
    }

    private static Integer atLeast(int least, String name, @Nullable Integer value, int fallback) {
        if (value == null) {
            return fallback;
        }
        if (value < least) {
            throw new IllegalArgumentException(
                    name + " must be at least " + least + ", but is " + value);
        }
        return value;
    }
}
