package dev.flinkreranker.operators.tenant;

import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * A stage that scores.
 *
 * @param settings complete
 * @param cut who goes on to the next stage; null for the last, which has none behind it
 */
@Internal
public record Stage(RerankSettings settings, @Nullable Cut cut) {

    /**
     * Who goes on: of the documents that reach the least score the first so many, and who is close
     * to the last of them.
     *
     * @param keep how many, at least 1; null for all
     * @param margin how much the relevance score may be below that of the last one kept; null for
     *     none who is below, nor ties with it
     * @param minScore the least model score; null for any
     */
    public record Cut(@Nullable Integer keep, @Nullable Double margin, @Nullable Double minScore) {}
}
