package dev.flinkreranker.operators.rerank;

import dev.flinkreranker.operators.ResolvedRequest;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.event.RecordHeader;
import dev.flinkreranker.operators.request.RerankRequest;
import org.jspecify.annotations.Nullable;

/**
 * What a request takes of the window while it is under way.
 *
 * @param tenant whose it is
 * @param pairs how many are scored
 * @param bytes of the heap, as {@link #bytes} counts them
 */
record Place(String tenant, int pairs, long bytes) {

    /** The event's value, and its texts once more, in which a character may take two bytes. */
    private static final long VALUES = 3;

    static Place of(ResolvedRequest resolved, RerankRequest request) {
        return new Place(
                request.tenant(),
                resolved.settings().scoredOf(request.candidates().size()),
                bytes(resolved.event()));
    }

    /**
     * An upper bound of the heap that a request's event and its texts take, without what a JVM adds
     * to each object. It is known before the event is parsed.
     */
    static long bytes(RawEvent event) {
        long bytes = VALUES * event.value().length + length(event.key());
        for (RecordHeader header : event.headers()) {
            bytes += header.key().length() + length(header.value());
        }
        return bytes;
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
