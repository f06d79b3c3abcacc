package dev.flinkreranker.job.tenants;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

/** A tenants' topic as the job reads it: what each record did, and what is there now. */
final class TenantLog {

    private static final JsonMapper JSON = new JsonMapper();

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

    private TenantChange change(ConsumerRecord<byte[], byte[]> record, String before) {
        try {
            Optional<TenantUpdate> update = records.decide(record.key(), record.value(), before);
            return new TenantChange(record, update.orElse(null), null);
        } catch (RejectedEventException e) {
            return new TenantChange(record, null, e.reason() + ": " + e.getMessage());
        }
    }

    /** A tenant's config; null when it has none. */
    String config(String tenant) {
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

    /** The highest version that a tenant has had, as far as the topic tells; 0 for none. */
    long lastVersion(String tenant) {
        return changes(tenant).stream()
                .filter(TenantChange::isConfig)
                .mapToLong(change -> version(change.update().config()))
                .max()
                .orElse(0);
    }

    static long version(String config) {
        return tree(config).get(TenantRecords.VERSION).longValue();
    }

    /** The fields of a config that was accepted. */
    static ObjectNode tree(String config) {
        try {
            return (ObjectNode) JSON.readTree(config);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
