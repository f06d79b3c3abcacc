package dev.flinkreranker.operators.tenant;

import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * An element of a stream that is a request with the settings it is to be reranked with. What else
 * it holds, and how that is serialized, is its source's affair.
 */
@Internal
public interface Resolved {

    /** Its settings. */
    RerankSettings settings();

    /** Version of its tenant's config. */
    Long configVersion();

    /** Name of its tenant's route that applied, if one did. */
    @Nullable String route();

    /** What it is ranked by too, if anything. */
    @Nullable Interleaving interleaving();

    /** What it is ranked by where its own settings would make it late, if there is something. */
    @Nullable RerankSettings whenLate();

    /** The same with so much time for its score, in milliseconds, at least 1. */
    Resolved withDeadline(long ms);

    /** Its own time, milliseconds since the epoch; negative where it has none. */
    long timestamp();

    /** About how many bytes it has in state. */
    long stateBytes();

    /**
     * An upper bound of the heap that it and its texts take while it is under way, in bytes,
     * without what a JVM adds to each object. It is known without reading the request.
     */
    long heapBytes();
}
