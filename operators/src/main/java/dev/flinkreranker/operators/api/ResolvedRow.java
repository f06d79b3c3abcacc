package dev.flinkreranker.operators.api;

import dev.flinkreranker.operators.tenant.Interleaving;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.Resolved;
import org.jspecify.annotations.Nullable;

/** An element with the settings that it is to be reranked with. */
record ResolvedRow<T>(T value, RowStamp stamp) implements Resolved {

    /** A character takes at most two bytes: in the element, and where a function makes a text. */
    private static final long BYTES_OF_A_CHARACTER = 4;

    @Override
    public RerankSettings settings() {
        return stamp.settings();
    }

    @Override
    public Long configVersion() {
        return stamp.configVersion();
    }

    @Override
    public @Nullable String route() {
        return stamp.route();
    }

    @Override
    public @Nullable Interleaving interleaving() {
        return stamp.interleaving();
    }

    @Override
    public @Nullable RerankSettings whenLate() {
        return stamp.whenLate();
    }

    @Override
    public ResolvedRow<T> withDeadline(long ms) {
        return new ResolvedRow<>(value, stamp.withDeadline(ms));
    }

    @Override
    public long timestamp() {
        return stamp.timestamp();
    }

    @Override
    public long stateBytes() {
        return stamp.characters();
    }

    @Override
    public long heapBytes() {
        return BYTES_OF_A_CHARACTER * stamp.characters();
    }
}
