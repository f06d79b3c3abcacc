package dev.flinkreranker.operators;

import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.event.RecordHeader;
import dev.flinkreranker.operators.tenant.Interleaving;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.Resolved;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * A good event with the settings it is to be reranked with: what the asynchronous operator takes,
 * and keeps in its state while the request is under way. After a restart the request is done with
 * the same settings, whatever the tenant's config says by then.
 *
 * <p>It holds the event's bytes, not the parsed request: they are needed for a dead letter anyway,
 * they are smaller, and parsing is cheap beside scoring.
 *
 * @param event a request that parses
 * @param settings its settings
 * @param configVersion version of the tenant's config
 * @param route name of the tenant's route that applied, if one did
 * @param interleaving what the request is ranked by too, if anything
 * @param whenLate what it is ranked by where its settings would make it late, if there is something
 */
@Internal
public record ResolvedRequest(
        RawEvent event,
        RerankSettings settings,
        Long configVersion,
        @Nullable String route,
        @Nullable Interleaving interleaving,
        @Nullable RerankSettings whenLate)
        implements Resolved {

    /** The event's value, and its texts once more, in which a character may take two bytes. */
    private static final long VALUES = 3;

    @Override
    public ResolvedRequest withDeadline(long ms) {
        return new ResolvedRequest(
                event,
                settings.withDeadline(ms),
                configVersion,
                route,
                interleaving == null ? null : interleaving.withDeadline(ms),
                whenLate == null ? null : whenLate.withDeadline(ms));
    }

    @Override
    public long timestamp() {
        return event.timestamp();
    }

    @Override
    public long stateBytes() {
        return event.value().length;
    }

    @Override
    public long heapBytes() {
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
