package dev.flinkreranker.job.tenants;

import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.tenant.TenantRecords;
import dev.flinkreranker.operators.tenant.TenantUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A tenants' topic as a job of the present file reads it: what each record did, and what is there
 * now. A job that has run since before a change of its file may still hold a config that is refused
 * here: its state keeps what was good once.
 */
final class TenantLog {

    private final TenantRecords records;
    private final Map<String, List<TenantChange>> changes = new TreeMap<>();
    private final SortedMap<String, TenantChange> present = new TreeMap<>();

    TenantLog(TenantRecords records) {
        this.records = records;
    }

    /** Takes the next record of its partition. */
    void add(ConsumerRecord<byte[], byte[]> record) {
        Optional<String> tenant = TenantRecords.tenant(record.key());
        if (tenant.isPresent()) {
            TenantChange change = change(record, config(tenant.get()));
            changes.computeIfAbsent(tenant.get(), id -> new ArrayList<>()).add(change);
            if (change.isConfig()) {
                present.put(tenant.get(), change);
            } else if (change.update() != null) {
                present.remove(tenant.get());
            }
        }
    }

    private TenantChange change(ConsumerRecord<byte[], byte[]> record, @Nullable String before) {
        long version = records.version(record.value());
        try {
            Optional<TenantUpdate> update = records.decide(record.key(), record.value(), before);
            return new TenantChange(record, update.orElse(null), null, version);
        } catch (RejectedEventException e) {
            return new TenantChange(record, null, e.reason() + ": " + e.getMessage(), version);
        }
    }

    /** A tenant's config; null when it has none. */
    @Nullable String config(String tenant) {
        TenantChange change = present.get(tenant);
        return change == null ? null : change.update().config();
    }

    /** The configs that are there, by tenant. */
    SortedMap<String, TenantChange> present() {
        return present;
    }

    /** What every record of a tenant did that compaction has left. */
    List<TenantChange> changes(String tenant) {
        return changes.getOrDefault(tenant, List.of());
    }

    /**
     * The highest version that a tenant may have had, as far as the topic tells, refused ones
     * included: a job may have taken them under a former file; 0 for none.
     */
    long lastVersion(String tenant) {
        return changes(tenant).stream().mapToLong(TenantChange::version).max().orElse(0);
    }

    /** The highest version that a job may hold: that of all records since the last deletion. */
    long heldVersion(String tenant) {
        long held = 0;
        for (TenantChange change : changes(tenant)) {
            held = change.isTombstone() ? 0 : Math.max(held, change.version());
        }
        return held;
    }

    /** Whether a job may hold a config of a tenant: its last record does not delete. */
    boolean mayHold(String tenant) {
        List<TenantChange> all = changes(tenant);
        return !all.isEmpty() && !all.get(all.size() - 1).isTombstone();
    }

    static long version(String config) {
        return TenantRecords.stored(config).get(TenantRecords.VERSION).longValue();
    }
}
