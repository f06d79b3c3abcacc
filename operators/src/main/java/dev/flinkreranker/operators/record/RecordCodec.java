package dev.flinkreranker.operators.record;

import dev.flinkreranker.operators.ResolvedRequest;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.event.CurrentLimits;
import dev.flinkreranker.operators.event.OverflowRecord;
import dev.flinkreranker.operators.event.RecordHeader;
import dev.flinkreranker.operators.event.TopicLimits;
import dev.flinkreranker.operators.record.RerankOutput.Destination;
import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.request.RequestParser;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.operators.rerank.RequestCodec;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultDelivery;
import dev.flinkreranker.operators.tenant.Overrides;
import dev.flinkreranker.operators.usage.UsageEntry;
import java.io.Serial;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/** Reads requests from records' JSON, and writes results, dead letters and events set aside. */
@Internal
public final class RecordCodec implements RequestCodec<ResolvedRequest, RerankOutput> {

    @Serial private static final long serialVersionUID = 1L;

    private static final String LONGEST_TENANT = "t".repeat(RequestParser.MAX_TENANT_CHARS);

    private final RequestLimits limits;
    private final ResultDelivery delivery;
    private final TopicLimits.Reader overflowTopic;

    private transient RequestParser parser;
    private transient CurrentLimits<Topics> topics;

    /** Results as their topics take them, and what the overflow topic takes. */
    private record Topics(ResultRecords results, TopicLimits overflow) {}

    /**
     * @param delivery where results go
     * @param overflowTopic what the overflow topic takes
     */
    public RecordCodec(
            RequestLimits limits, ResultDelivery delivery, TopicLimits.Reader overflowTopic) {
        this.limits = limits;
        this.delivery = delivery;
        this.overflowTopic = overflowTopic;
    }

    /** Asks what the topics take. */
    @Override
    public void open() throws Exception {
        parser = new RequestParser(limits, Overrides.POSSIBLE);
        topics =
                CurrentLimits.ask(
                        () -> new Topics(ResultRecords.open(delivery), overflowTopic.read()),
                        delivery.topic().interval());
    }

    @Override
    public void refresh() {
        topics.refresh();
    }

    @Override
    public RerankRequest read(ResolvedRequest resolved) throws RejectedEventException {
        return parser.parse(resolved.event().value());
    }

    @Override
    public RerankOutput result(
            ResolvedRequest resolved, RerankRequest request, RankedResult result, long deviceNanos)
            throws RejectedEventException {
        return new RerankOutput(
                Destination.RESULTS,
                topics.get().results().of(resolved.event(), request, result, limits.recordBytes()),
                UsageEntry.of(result, deviceNanos));
    }

    @Override
    public RerankOutput refused(
            ResolvedRequest resolved, RejectedEventException why, long deviceNanos) {
        String tenant = why.tenant();
        return new RerankOutput(
                Destination.DEAD_LETTERS,
                DeadLetter.of(resolved.event(), why).toRecord(limits.recordBytes()),
                tenant == null ? null : UsageEntry.deadLetter(tenant, deviceNanos));
    }

    @Override
    public @Nullable String header(ResolvedRequest resolved, String name) {
        return RecordHeader.lastText(resolved.event().headers(), name).orElse(null);
    }

    /** Whether the event fits into a record of the overflow topic, whosever it is. */
    @Override
    public boolean canSetAside(ResolvedRequest resolved) {
        return OverflowRecord.of(resolved.event(), LONGEST_TENANT).size()
                <= Math.min(limits.recordBytes(), topics.get().overflow().maxBytes());
    }

    /** The event in the overflow topic's shape. */
    @Override
    public RerankOutput setAside(ResolvedRequest resolved, String tenant) {
        return new RerankOutput(
                Destination.OVERFLOW, OverflowRecord.of(resolved.event(), tenant), null);
    }
}
